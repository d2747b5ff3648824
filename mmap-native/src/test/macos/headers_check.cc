// SPDX-License-Identifier: Apache-2.0
//
// Compiled for macOS against Apple's headers, never run: what the macOS branch and its shim take
// for granted. os_sync_wait_on_address is newer than the headers that zig has; of it only the clock
// is compared.

#include <dlfcn.h>
#include <fcntl.h>
#include <mach/mach.h>
#include <os/clock.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace {

#define MACOS_NUMBER(name, value) static_assert((name) == (value), #name);
#define MACOS_ERRNO MACOS_NUMBER
#define MACOS_FCNTL MACOS_NUMBER
#define MACOS_MMAN MACOS_NUMBER
#define MACOS_SAME MACOS_NUMBER
#include "numbers.def"

// What is passed to fcntl by its address.
static_assert(sizeof(fstore_t) == 32);
static_assert(offsetof(fstore_t, fst_flags) == 0 && sizeof(fstore_t::fst_flags) == 4);
static_assert(offsetof(fstore_t, fst_posmode) == 4 && sizeof(fstore_t::fst_posmode) == 4);
static_assert(offsetof(fstore_t, fst_offset) == 8 && sizeof(fstore_t::fst_offset) == 8);
static_assert(offsetof(fstore_t, fst_length) == 16 && sizeof(fstore_t::fst_length) == 8);
static_assert(offsetof(fstore_t, fst_bytesalloc) == 24);
static_assert(sizeof(fpunchhole_t) == 24);
static_assert(offsetof(fpunchhole_t, reserved) == 4);
static_assert(offsetof(fpunchhole_t, fp_offset) == 8 && sizeof(fpunchhole_t::fp_offset) == 8);
static_assert(offsetof(fpunchhole_t, fp_length) == 16 && sizeof(fpunchhole_t::fp_length) == 8);
static_assert(sizeof(radvisory) == 16);
static_assert(offsetof(radvisory, ra_offset) == 0 && sizeof(radvisory::ra_offset) == 8);
static_assert(offsetof(radvisory, ra_count) == 8 && sizeof(radvisory::ra_count) == 4);
static_assert(sizeof(static_cast<struct stat*>(nullptr)->st_blocks) == 8);

// Declarations that the branch calls, as the shim has them.
template <typename Wanted, typename Found>
constexpr bool kSame = std::is_same_v<Wanted, Found>;
static_assert(kSame<int(const void*, std::size_t, char*), decltype(mincore)>);
static_assert(kSame<int(void*, std::size_t, int), decltype(madvise)>);
static_assert(kSame<int(void*, std::size_t, int), decltype(msync)>);
static_assert(kSame<void*(void*, std::size_t, int, int, int, off_t), decltype(mmap)>);
static_assert(kSame<int(int, int, ...), decltype(fcntl)>);
static_assert(kSame<int(int, off_t), decltype(ftruncate)>);
static_assert(kSame<kern_return_t(vm_map_read_t, vm_address_t, vm_size_t, vm_address_t, vm_size_t*),
                    decltype(vm_read_overwrite)>);
static_assert(kSame<kern_return_t(vm_map_t, vm_address_t, vm_offset_t, mach_msg_type_number_t),
                    decltype(vm_write)>);
static_assert(kSame<int, kern_return_t> && sizeof(vm_size_t) == 8 && sizeof(vm_address_t) == 8 &&
              sizeof(mach_msg_type_number_t) == 4 && sizeof(off_t) == 8);
static_assert(std::is_unsigned_v<mach_msg_type_number_t> && std::is_unsigned_v<vm_size_t>);

// Of limits, the branch takes everything from this on for none.
static_assert(RLIM_INFINITY == INT64_MAX);
static_assert(sizeof(rlim_t) == 8 && std::is_unsigned_v<rlim_t>);

}  // namespace
