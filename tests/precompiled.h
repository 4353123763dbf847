// What most tests include, for SKQ_PRECOMPILE.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../src/precompiled.h"
