// From FILTER to what the kernel may decide of it: the same tree with negation moved to the leaves and every test that
// the kernel cannot make replaced by true. Moved there first, a test that is given up lets more rows through wherever
// it stands, so that the kernel's answer holds at least what the filter wants; the filter itself runs over it as ever.
#pragma once

#include "select/filter_expression.h"
#include "skq/kernel_test.h"

namespace skq::select {

/// For the dump of one IP version, inet or inet6.
std::vector<KernelTest> kernel_tests(const Filter::Expression& expression, Family version);

}  // namespace skq::select
