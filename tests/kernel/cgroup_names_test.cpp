#include "kernel/cgroup_names.h"

#include <gtest/gtest.h>

#include <string>

namespace skq::kernel {
namespace {

const std::string id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const std::string other_id = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

TEST(CgroupNames, FindTheUnit) {
  const struct {
    std::string path, unit;
  } rows[] = {
      {"", ""},
      {"/", ""},
      {"/init.scope", "init.scope"},
      {"/system.slice/ssh.service", "ssh.service"},
      {"/system.slice", ""},
      {"/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service"},
      {"/system.slice/dev-hugepages.mount", "dev-hugepages.mount"},
      {"/system.slice/systemd-journald.socket", "systemd-journald.socket"},
      {"/system.slice/my\\x2dapp.service", "my\\x2dapp.service"},
      {"/user.slice/user-1000.slice/session-2.scope", "session-2.scope"},
      {"/user.slice/user-1000.slice/user@1000.service/app.slice/emacs.service", "emacs.service"},
      {"/user.slice/user-1000.slice/user@1000.service/init.scope", "init.scope"},
      {"/user.slice/user-1000.slice/user@1000.service/app.slice", "user@1000.service"},
      {"/system.slice/containerd.service/own/deeper", "containerd.service"},
      {"/system.slice/_memory.service", "memory.service"},
      {"/system.slice/old.service (deleted)", "old.service"},
      {"/system.slice/docker-" + id + ".scope", "docker-" + id + ".scope"},
      {"/docker/" + id, ""},
      {"/.service", ""},
      {"/a.services", ""},
      {"no slash.service", "no slash.service"},
      {"//x.scope//", "x.scope"},
  };
  for (const auto& row : rows) EXPECT_EQ(unit_of(row.path), row.unit) << row.path;
}

TEST(CgroupNames, FindTheContainer) {
  const struct {
    std::string path, container;
  } rows[] = {
      {"", ""},
      {"/", ""},
      {"/system.slice/ssh.service", ""},
      {"/system.slice/docker-" + id + ".scope", id},
      {"/system.slice/docker-" + id + ".scope/init", id},
      {"/docker/" + id, id},
      {"/docker/" + id + "/docker/" + other_id, other_id},
      {"/docker/" + id.substr(1), ""},
      {"/docker/" + id + "0", ""},
      {"/" + id, ""},
      {"/docker/buildx/" + id, id},
      {"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + id + ".scope/container", id},
      {"/machine.slice/libpod-" + id + ".scope", id},
      {"/machine.slice/libpod-conmon-" + id + ".scope", ""},
      {"/libpod_parent/libpod-" + id, id},
      {"/kubepods/burstable/pod6f/" + id, id},
      {"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod6f.slice/cri-containerd-" + id + ".scope", id},
      {"/kubepods.slice/kubepods-pod6f.slice/crio-" + id + ".scope", id},
      {"/kubepods.slice/kubepods-pod6f.slice/crio-conmon-" + id + ".scope", ""},
      {"/system.slice/containerd.service/kubepods-pod6f.slice:cri-containerd:" + id, id},
      {"/lxc.payload.web/system.slice/nginx.service", "web"},
      {"/lxc.monitor.web", ""},
      {"/lxc.payload.", ""},
      {"/lxc/web", "web"},
      {"/machine.slice/machine-my\\x2dbox.scope", "my-box"},
      {"/machine.slice/machine-my\\x2dbox.scope/payload/system.slice/a.service", "my-box"},
      {"/machine.slice/systemd-nspawn@box.service/payload", "box"},
      {"/machine.slice/machine-qemu\\x2d1\\x2dvm.scope", ""},
      {"/machine.slice/machine-cut\\x2.scope", "cut\\x2"},
      {"/system.slice/docker-" + id + ".scope (deleted)", id},
  };
  for (const auto& row : rows) EXPECT_EQ(container_of(row.path), row.container) << row.path;
}

}  // namespace
}  // namespace skq::kernel
