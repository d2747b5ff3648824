// SPDX-License-Identifier: Apache-2.0
/**
 * A backend that calls the operating system by the foreign function API of the JDK. It follows the
 * C++ code of {@code mmap-native} call by call; what each call does there, and why, is said in
 * {@code platform.h} and not repeated here.
 */
@NullMarked
package io.mmapio.ffm;

import org.jspecify.annotations.NullMarked;
