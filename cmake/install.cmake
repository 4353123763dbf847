# What `cmake --install` puts where. Components: skq (the command) and libskq (headers and library).
include(CMakePackageConfigHelpers)

set(completions ${PROJECT_SOURCE_DIR}/packaging/completions)
install(TARGETS skq RUNTIME COMPONENT skq)
install(FILES ${PROJECT_SOURCE_DIR}/man/skq.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8 COMPONENT skq)
install(FILES ${completions}/skq.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME skq
        COMPONENT skq)
# zsh on Debian reads site-functions below /usr/local and vendor-completions elsewhere; --prefix is known at install time only.
install(CODE "
  set(folder vendor-completions)
  if(CMAKE_INSTALL_PREFIX STREQUAL \"/usr/local\")
    set(folder site-functions)
  endif()
  file(INSTALL \"${completions}/_skq\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/zsh/\${folder}\")
" COMPONENT skq)
install(FILES ${completions}/skq.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT skq)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${PROJECT_SOURCE_DIR}/LICENSE
        DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT skq)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/skq)
install(TARGETS libskq EXPORT skqTargets COMPONENT libskq FILE_SET HEADERS COMPONENT libskq)
install(EXPORT skqTargets NAMESPACE skq:: DESTINATION ${package} COMPONENT libskq)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/skqConfig.cmake.in skqConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(skqConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/skqConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/skqConfigVersion.cmake
        DESTINATION ${package} COMPONENT libskq)

# The .pc file finds the prefix by where it lies, so that --prefix may be given at install time.
# A static library's users link what it links; a shared one has done so itself.
if(BUILD_SHARED_LIBS)
  set(SKQ_PC_REQUIRES Requires.private)
  set(SKQ_PC_STATIC_LIBS "")
else()
  set(SKQ_PC_REQUIRES Requires)
  set(SKQ_PC_STATIC_LIBS -pthread)
endif()
file(RELATIVE_PATH SKQ_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${CMAKE_CURRENT_LIST_DIR}/skq.pc.in skq.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/skq.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT libskq)

# The timer is not enabled by being installed. Relative to /usr and /usr/local both it is where systemd looks.
set(SKQ_SYSTEMD_UNITS lib/systemd/system CACHE STRING "where systemd's units are installed; empty: nowhere")
configure_file(${PROJECT_SOURCE_DIR}/packaging/systemd/skq-record.service.in skq-record.service @ONLY)
if(SKQ_SYSTEMD_UNITS)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/skq-record.service ${PROJECT_SOURCE_DIR}/packaging/systemd/skq-record.timer
          DESTINATION ${SKQ_SYSTEMD_UNITS} COMPONENT skq)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/packaging/cron.d/skq DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples RENAME cron.d-skq
        COMPONENT skq)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/logrotate/skq-jsonl DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples
        RENAME logrotate-skq-jsonl COMPONENT skq)
