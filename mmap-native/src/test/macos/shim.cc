// SPDX-License-Identifier: Apache-2.0
//
// Calls of macOS on Linux: enough of them, as its manual describes them, to execute the macOS
// branch of the *_posix.cc files. Each takes the numbers of macOS and sets its error numbers; what
// Linux does in the same way is left to Linux. The linker puts these in place of the calls
// (--wrap). This file itself sees the headers of Linux.
//
// With MMAPIO_SHIM_PAGE=16384 pages are as large as on Apple's CPUs, as far as mapping and asking
// about them goes; pages of the machine are still lost one by one.

#include "shim.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

// The numbers of macOS: mac::EAGAIN cannot be written, as EAGAIN is a macro.
#define MACOS_ERRNO(name, value) constexpr int kMac_##name = value;
#define MACOS_FCNTL MACOS_ERRNO
#define MACOS_MMAN MACOS_ERRNO
#define MACOS_SAME(name, value)
#include "numbers.def"
#undef MACOS_ERRNO
#undef MACOS_FCNTL
#undef MACOS_MMAN
#undef MACOS_SAME

// NOLINTBEGIN(bugprone-reserved-identifier,google-runtime-int): names and types of others.
extern "C" {
int __real_close(int);
int __real_fcntl(int, int, ...);
int __real_fsync(int);
int __real_fstat(int, struct stat*);
int __real_ftruncate(int, off_t);
int __real_getrlimit(int, struct rlimit*);
int __real_faccessat(int, const char*, int, int);
uid_t __real_geteuid();
int __real_madvise(void*, size_t, int);
int __real_mincore(void*, size_t, unsigned char*);
int __real_mlock(const void*, size_t);
void* __real_mmap(void*, size_t, int, int, int, off_t);
int __real_mprotect(void*, size_t, int);
int __real_msync(void*, size_t, int);
int __real_munlock(const void*, size_t);
int __real_munmap(void*, size_t);
int __real_open(const char*, int, ...);
int __real_pipe(int*);
ssize_t __real_pread(int, void*, size_t, off_t);
ssize_t __real_pwrite(int, const void*, size_t, off_t);
int __real_sigaction(int, const struct sigaction*, struct sigaction*);
long __real_sysconf(int);
void* __real_dlsym(void*, const char*);
}

namespace {

struct Pair {
  int linux_number;
  int mac_number;
};
constexpr Pair kErrors[] = {
#define BOTH(name) \
  { name, kMac_##name }
    BOTH(EPERM),
    BOTH(ENOENT),
    BOTH(EINTR),
    BOTH(EIO),
    BOTH(ENXIO),
    BOTH(EBADF),
    BOTH(ENOMEM),
    BOTH(EACCES),
    BOTH(EFAULT),
    BOTH(EBUSY),
    BOTH(EEXIST),
    BOTH(EXDEV),
    BOTH(ENODEV),
    BOTH(EISDIR),
    BOTH(EINVAL),
    BOTH(ENFILE),
    BOTH(EMFILE),
    BOTH(ENOTTY),
    BOTH(EFBIG),
    BOTH(ENOSPC),
    BOTH(ETXTBSY),
    BOTH(ESPIPE),
    BOTH(EROFS),
    BOTH(EAGAIN),
    BOTH(EDQUOT),
    BOTH(ESTALE),
    BOTH(ENOSYS),
    BOTH(EOVERFLOW),
    BOTH(ETIMEDOUT),
    BOTH(ENOTDIR),
    {EOPNOTSUPP, kMac_ENOTSUP},  // one number on Linux
#undef BOTH
};

int ToMac(int error) {
  for (const Pair& pair : kErrors) {
    if (pair.linux_number == error) {
      return pair.mac_number;
    }
  }
  (void)std::fprintf(stderr, "shim: no error number of macOS for %d\n", error);
  std::abort();
}

int Fail(int mac_error) {
  errno = mac_error;
  return -1;
}

template <typename Number>
Number Translated(Number returned) {
  if (returned == Number{-1}) {
    errno = ToMac(errno);
  }
  return returned;
}

// Of one thread at a time: that of the test.
struct Injection {
  const char* call = nullptr;
  int error = 0;
  int skip = 0;
};
std::array<Injection, 2> injections;
std::size_t failed = 0;  // of these, in their order

struct Counter {
  const char* call;
  int count;
};
std::array<Counter, 64> counters;
std::size_t counted = 0;
std::atomic<bool> counting = false;

int Injected(const char* call) {
  if (!counting) {
    return 0;
  }
  auto* const end = counters.begin() + counted;
  auto* const found = std::find_if(counters.begin(), end, [call](const Counter& counter) {
    return std::strcmp(counter.call, call) == 0;
  });
  if (found == end) {
    counters.at(counted++) = {call, 1};
  } else {
    ++found->count;
  }
  Injection* const injection = failed < injections.size() ? &injections[failed] : nullptr;
  if (injection == nullptr || injection->call == nullptr ||
      std::strcmp(call, injection->call) != 0 || injection->skip-- > 0) {
    return 0;
  }
  ++failed;
  return injection->error;
}

bool Fails(const char* call) {
  const int error = Injected(call);
  if (error != 0) {
    errno = error;
  }
  return error != 0;
}

std::size_t Page() {
  static const auto page = [] {
    const char* const wanted = std::getenv("MMAPIO_SHIM_PAGE");
    return wanted == nullptr ? static_cast<std::size_t>(__real_sysconf(_SC_PAGESIZE))
                             : static_cast<std::size_t>(std::strtoul(wanted, nullptr, 10));
  }();
  return page;
}

std::size_t SmallPage() { return static_cast<std::size_t>(__real_sysconf(_SC_PAGESIZE)); }

std::size_t Whole(std::size_t length) { return (length + Page() - 1) / Page() * Page(); }

bool IsAligned(const void* address) {
  return reinterpret_cast<std::uintptr_t>(address) % Page() == 0;
}

// Whether nothing is missing from a range.
bool IsMapped(const void* address, std::size_t length) {
  std::array<unsigned char, 4096> states;
  for (std::size_t at = 0; at < length; at += states.size() * SmallPage()) {
    void* const part = const_cast<char*>(static_cast<const char*>(address)) + at;
    if (__real_mincore(part, std::min(length - at, states.size() * SmallPage()), states.data()) !=
        0) {
      return false;
    }
  }
  return true;
}

std::atomic<std::size_t> mapped_bytes = 0;
std::atomic<bool> newer_functions = true;
std::atomic<bool> others_files = false;

// Addresses that are as aligned as pages of that size are.
void* Somewhere(std::size_t length) {
  auto* const start = static_cast<char*>(__real_mmap(
      nullptr, length + Page(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  if (start == MAP_FAILED) {
    return nullptr;
  }
  const std::size_t before = (Page() - reinterpret_cast<std::uintptr_t>(start) % Page()) % Page();
  if (before > 0) {
    __real_munmap(start, before);
  }
  __real_munmap(start + before + length, Page() - before);
  return start + before;
}

int ToLinuxMap(int flags) {
  return ((flags & kMac_MAP_SHARED) != 0 ? MAP_SHARED : 0) |
         ((flags & kMac_MAP_PRIVATE) != 0 ? MAP_PRIVATE | MAP_NORESERVE : 0) |
         ((flags & kMac_MAP_FIXED) != 0 ? MAP_FIXED : 0) |
         ((flags & kMac_MAP_ANONYMOUS) != 0 ? MAP_ANONYMOUS : 0);
}

constexpr int kKnownMapFlags =
    kMac_MAP_SHARED | kMac_MAP_PRIVATE | kMac_MAP_FIXED | kMac_MAP_ANONYMOUS;

// fstore_t, fpunchhole_t and radvisory.
struct Store {
  unsigned int flags;
  int mode;
  off_t offset, length, allocated;
};
struct Hole {
  unsigned int flags, reserved;
  off_t offset, length;
};
struct Wanted {
  off_t offset;
  int count;
};

// Behind the physical end of the file, as F_PEOFPOSMODE says, all or nothing.
int Preallocate(int fd, Store* store) {
  struct stat status;
  if (__real_fstat(fd, &status) != 0) {
    return -1;
  }
  const bool known = store->flags == unsigned{kMac_F_ALLOCATEALL} &&
                     store->mode == kMac_F_PEOFPOSMODE && store->offset == 0;
  if (!known || store->length <= 0) {
    errno = EINVAL;
    return -1;
  }
  const int result = ::fallocate(fd, FALLOC_FL_KEEP_SIZE, status.st_size, store->length);
  store->allocated = result == 0 ? store->length : 0;
  return result;
}

int PunchHole(int fd, const Hole& hole) {
  if (hole.flags != 0 || hole.reserved != 0 || hole.length <= 0 ||
      static_cast<std::size_t>(hole.offset) % SmallPage() != 0 ||
      static_cast<std::size_t>(hole.length) % SmallPage() != 0) {
    errno = EINVAL;
    return -1;
  }
  return ::fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, hole.offset, hole.length);
}

int StartReading(int fd, const Wanted& wanted) {
  errno = wanted.count < 0 ? EINVAL
                           : ::posix_fadvise(fd, wanted.offset, wanted.count, POSIX_FADV_WILLNEED);
  return errno == 0 ? 0 : -1;
}

const char* NameOf(int command) {
  switch (command) {
    case kMac_F_PREALLOCATE:
      return "F_PREALLOCATE";
    case kMac_F_FULLFSYNC:
      return "F_FULLFSYNC";
    case kMac_F_PUNCHHOLE:
      return "F_PUNCHHOLE";
    case kMac_F_RDADVISE:
      return "F_RDADVISE";
    default:
      return "fcntl";
  }
}

bool ReadsAt(const void* from, void* to, std::size_t length) {
  const iovec local = {to, length};
  const iovec remote = {const_cast<void*>(from), length};
  return ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(length);
}

// Threads that wait at words: all in one queue, as a wake may have any number of them return. Those
// at 4 and at 8 bytes are kept apart.
struct Sleepers {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t woken = PTHREAD_COND_INITIALIZER;
  std::uint64_t wakes = 0;
  int count = 0;
};
std::array<Sleepers, 2> sleepers;

constexpr std::uint32_t kSharedFlag = 1;
constexpr std::uint32_t kMachClock = 32;

bool IsWord(const void* address, std::size_t size, std::uint32_t flags) {
  return (size == 4 || size == 8) && reinterpret_cast<std::uintptr_t>(address) % size == 0 &&
         flags == kSharedFlag;
}

int WaitOnAddress(void* address, std::uint64_t value, std::size_t size, std::uint32_t flags,
                  std::uint32_t clock, std::uint64_t nanoseconds) {
  if (Fails("os_sync_wait_on_address_with_timeout")) {
    return -1;
  }
  if (!IsWord(address, size, flags) || clock != kMachClock || nanoseconds == 0 ||
      (size == 4 && value >> 32U != 0)) {
    return Fail(kMac_EINVAL);
  }
  Sleepers& queue = sleepers[size / 8];
  timespec until;
  ::clock_gettime(CLOCK_REALTIME, &until);
  const std::uint64_t end = static_cast<std::uint64_t>(until.tv_nsec) + nanoseconds;
  until.tv_sec += static_cast<time_t>(end / 1'000'000'000U);
  until.tv_nsec = static_cast<decltype(until.tv_nsec)>(end % 1'000'000'000U);
  ::pthread_mutex_lock(&queue.mutex);
  std::uint64_t found = 0;
  int result = 0;
  if (!ReadsAt(address, &found, size)) {
    result = kMac_EFAULT;
  } else if (found == value) {
    const std::uint64_t before = queue.wakes;
    ++queue.count;
    while (queue.wakes == before && result == 0) {
      result =
          ::pthread_cond_timedwait(&queue.woken, &queue.mutex, &until) == 0 ? 0 : kMac_ETIMEDOUT;
    }
    --queue.count;
  }
  const int rest = queue.count;
  ::pthread_mutex_unlock(&queue.mutex);
  return result == 0 ? rest : Fail(result);
}

int WakeAt(const char* name, void* address, std::size_t size, std::uint32_t flags) {
  if (Fails(name)) {
    return -1;
  }
  if (!IsWord(address, size, flags)) {
    return Fail(kMac_EINVAL);
  }
  Sleepers& queue = sleepers[size / 8];
  ::pthread_mutex_lock(&queue.mutex);
  const bool none = queue.count == 0;
  ++queue.wakes;
  ::pthread_cond_broadcast(&queue.woken);
  ::pthread_mutex_unlock(&queue.mutex);
  return none ? Fail(kMac_ENOENT) : 0;
}

int WakeAny(void* address, std::size_t size, std::uint32_t flags) {
  return WakeAt("os_sync_wake_by_address_any", address, size, flags);
}

int WakeAll(void* address, std::size_t size, std::uint32_t flags) {
  return WakeAt("os_sync_wake_by_address_all", address, size, flags);
}

template <typename Function>
void* AsPointer(Function* function) {
  return reinterpret_cast<void*>(function);
}

}  // namespace

namespace shim {

void FailOnce(const char* call, int error, int skip) {
  counted = 0;
  failed = 0;
  injections = {Injection{call, error, skip}, Injection{}};
  counting = true;
}

void AlsoFail(const char* call, int error) { injections[1] = {call, error, 0}; }

bool HasFailed() {
  counting = false;
  return failed == (injections[1].call == nullptr ? 1 : 2);
}

int Count(const char* call) {
  for (std::size_t i = 0; i < counted; ++i) {
    if (std::strcmp(counters[i].call, call) == 0) {
      return counters[i].count;
    }
  }
  return 0;
}

void SetNewerFunctions(bool found) { newer_functions = found; }

void SetOthersFiles(bool others) { others_files = others; }

std::size_t MappedBytes() { return mapped_bytes; }

}  // namespace shim

extern "C" {

int __wrap_close(int fd) {
  if (Fails("close")) {
    const int error = errno;
    __real_close(fd);  // it is gone all the same
    return Fail(error);
  }
  return Translated(__real_close(fd));
}

int __wrap_fcntl(int fd, int command, ...) {
  std::va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  if (Fails(NameOf(command))) {
    return -1;
  }
  switch (command) {
    case kMac_F_PREALLOCATE:
      return Translated(Preallocate(fd, static_cast<Store*>(argument)));
    case kMac_F_FULLFSYNC:
      return Translated(__real_fsync(fd));
    case kMac_F_PUNCHHOLE:
      return Translated(PunchHole(fd, *static_cast<Hole*>(argument)));
    case kMac_F_RDADVISE:
      return Translated(StartReading(fd, *static_cast<Wanted*>(argument)));
    case kMac_F_DUPFD_CLOEXEC:
      return Translated(__real_fcntl(fd, F_DUPFD_CLOEXEC, argument));
    case F_GETFL:
    case F_SETFL:
    case F_SETFD:
      return Translated(__real_fcntl(fd, command, argument));
    default:
      return Fail(kMac_EINVAL);
  }
}

int __wrap_fsync(int fd) { return Fails("fsync") ? -1 : Translated(__real_fsync(fd)); }

int __wrap_fstat(int fd, struct stat* status) {
  return Fails("fstat") ? -1 : Translated(__real_fstat(fd, status));
}

int __wrap_ftruncate(int fd, off_t size) {
  return Fails("ftruncate") ? -1 : Translated(__real_ftruncate(fd, size));
}

int __wrap_getrlimit(int resource, struct rlimit* limit) {
  return Fails("getrlimit") ? -1 : Translated(__real_getrlimit(resource, limit));
}

int __wrap_faccessat(int folder, const char* path, int mode, int flags) {
  return Fails("faccessat") ? -1 : Translated(__real_faccessat(folder, path, mode, flags));
}

uid_t __wrap_geteuid() { return others_files ? 12345 : __real_geteuid(); }

// Hints, none of which changes contents.
int __wrap_madvise(void* address, size_t length, int advice) {
  if (Fails("madvise")) {
    return -1;
  }
  if (advice < 0 || advice > 11 || !IsAligned(address)) {
    return Fail(kMac_EINVAL);
  }
  return IsMapped(address, length) ? 0 : Fail(kMac_ENOMEM);
}

// Besides the bit that counts, others are set: the value is negative in a vector of char.
int __wrap_mincore(const void* address, size_t length, char* states) {
  if (Fails("mincore")) {
    return -1;
  }
  if (!IsAligned(address)) {
    return Fail(kMac_EINVAL);
  }
  const std::size_t parts = Page() / SmallPage();
  auto* const pages = static_cast<char*>(const_cast<void*>(address));
  for (std::size_t i = 0; i < Whole(length) / Page(); ++i) {
    std::array<unsigned char, 64> small;
    if (__real_mincore(pages + i * Page(), Page(), small.data()) != 0) {
      return Translated(-1);
    }
    const bool resident = std::any_of(small.begin(), small.begin() + parts,
                                      [](unsigned char state) { return (state & 1U) != 0; });
    states[i] = static_cast<char>(0xde | (resident ? 1 : 0));
  }
  return 0;
}

int __wrap_mlock(const void* address, size_t length) {
  return Fails("mlock") ? -1 : Translated(__real_mlock(address, Whole(length)));
}

int __wrap_munlock(const void* address, size_t length) {
  return Fails("munlock") ? -1 : Translated(__real_munlock(address, Whole(length)));
}

void* __wrap_mmap(void* address, size_t length, int protection, int flags, int fd, off_t offset) {
  if (Fails("mmap")) {
    return MAP_FAILED;
  }
  const bool fixed = (flags & kMac_MAP_FIXED) != 0;
  const bool shared = (flags & kMac_MAP_SHARED) != 0;
  if ((flags & ~kKnownMapFlags) != 0 || shared == ((flags & kMac_MAP_PRIVATE) != 0) ||
      length == 0 || static_cast<std::size_t>(offset) % Page() != 0 ||
      (fixed && !IsAligned(address))) {
    Fail(kMac_EINVAL);
    return MAP_FAILED;
  }
  const std::size_t whole = Whole(length);
  // A length that no addresses are left for, before it wraps around.
  void* const place = fixed ? address : whole < length ? nullptr : Somewhere(whole);
  if (place == nullptr) {
    Fail(kMac_ENOMEM);
    return MAP_FAILED;
  }
  void* const mapped =
      __real_mmap(place, whole, protection, ToLinuxMap(flags) | MAP_FIXED, fd, offset);
  if (mapped == MAP_FAILED) {
    const int error = errno;
    if (!fixed) {
      __real_munmap(place, whole);
    }
    Fail(ToMac(error));
    return MAP_FAILED;
  }
  mapped_bytes += fixed ? 0 : whole;
  return mapped;
}

int __wrap_mprotect(void* address, size_t length, int protection) {
  return Fails("mprotect") ? -1 : Translated(__real_mprotect(address, Whole(length), protection));
}

// Without MS_ASYNC it writes, also if it is only asked to invalidate.
int __wrap_msync(void* address, size_t length, int flags) {
  if (Fails("msync")) {
    return -1;
  }
  constexpr int kBoth = kMac_MS_SYNC | kMac_MS_ASYNC;
  if ((flags & ~(kBoth | kMac_MS_INVALIDATE)) != 0 || (flags & kBoth) == kBoth ||
      !IsAligned(address)) {
    return Fail(kMac_EINVAL);
  }
  const int mode = (flags & kMac_MS_ASYNC) != 0 ? MS_ASYNC : MS_SYNC;
  const int invalidation = (flags & kMac_MS_INVALIDATE) != 0 ? MS_INVALIDATE : 0;
  return Translated(__real_msync(address, length, mode | invalidation));
}

int __wrap_munmap(void* address, size_t length) {
  if (Fails("munmap")) {
    return -1;
  }
  const int result =
      IsAligned(address) ? Translated(__real_munmap(address, Whole(length))) : Fail(kMac_EINVAL);
  mapped_bytes -= result == 0 ? Whole(length) : 0;
  return result;
}

int __wrap_open(const char* path, int flags, ...) {
  return Fails("open") ? -1 : Translated(__real_open(path, flags, 0));
}

int __wrap_pipe(int* ends) { return Fails("pipe") ? -1 : Translated(__real_pipe(ends)); }

ssize_t __wrap_pread(int fd, void* to, size_t length, off_t offset) {
  return Fails("pread") ? -1 : Translated(__real_pread(fd, to, length, offset));
}

ssize_t __wrap_pwrite(int fd, const void* from, size_t length, off_t offset) {
  return Fails("pwrite") ? -1 : Translated(__real_pwrite(fd, from, length, offset));
}

int __wrap_sigaction(int signal, const struct sigaction* action, struct sigaction* before) {
  return Fails("sigaction") ? -1 : Translated(__real_sigaction(signal, action, before));
}

long __wrap_sysconf(int name) {
  return name == _SC_PAGESIZE ? static_cast<long>(Page()) : __real_sysconf(name);
}

void* __wrap_dlsym(void* library, const char* name) {
  if (std::strncmp(name, "os_sync_", 8) != 0) {
    return __real_dlsym(library, name);
  }
  if (!newer_functions) {
    return nullptr;
  }
  return std::strcmp(name, "os_sync_wait_on_address_with_timeout") == 0 ? AsPointer(&WaitOnAddress)
         : std::strcmp(name, "os_sync_wake_by_address_any") == 0        ? AsPointer(&WakeAny)
         : std::strcmp(name, "os_sync_wake_by_address_all") == 0        ? AsPointer(&WakeAll)
                                                                        : nullptr;
}

unsigned int mach_task_self() { return 0x103; }

// All of what is asked for or nothing.
int vm_read_overwrite(unsigned int /*task*/, std::uintptr_t address, std::uintptr_t size,
                      std::uintptr_t data, std::uintptr_t* read) {
  if (const int code = Injected("vm_read_overwrite"); code != 0) {
    return code;
  }
  constexpr int kMemoryError = 10;
  *read = size;
  return ReadsAt(reinterpret_cast<const void*>(address), reinterpret_cast<void*>(data), size)
             ? 0
             : kMemoryError;
}

int vm_write(unsigned int /*task*/, std::uintptr_t address, std::uintptr_t data,
             unsigned int size) {
  if (const int code = Injected("vm_write"); code != 0) {
    return code;
  }
  constexpr int kMemoryError = 10;
  const iovec local = {reinterpret_cast<void*>(data), size};
  const iovec remote = {reinterpret_cast<void*>(address), size};
  return ::process_vm_writev(::getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size)
             ? 0
             : kMemoryError;
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier,google-runtime-int)
