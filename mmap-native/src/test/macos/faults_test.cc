// SPDX-License-Identifier: Apache-2.0
//
// The macOS branch when calls of macOS fail: each that it makes, once, with each error number that
// the manual of macOS has for it or that was seen. The right answer comes back, contents and size
// stay, and nothing is left open or mapped.

#include <dirent.h>
#include <fcntl.h>
#include <mach/mach.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

#include "check.h"
#include "shim.h"

namespace {

using mmapio::Access;
using mmapio::Advice;
using mmapio::Feature;
using mmapio::Result;
using mmapio::SyncMode;

using Errors = std::initializer_list<int>;

const auto kSize = static_cast<Result>(4 * kUnit);

// What a call finds: a file of four units, mapped, with a byte of its own in the first.
struct Ground {
  TestFile file{4 * kUnit};
  char* const mapped = MapWhole(file, Access::kReadWrite);
  char* const memory = ToPointer(mmapio::Map(mmapio::kNoHandle, 0, 4 * kUnit, Access::kReadWrite));

  Ground() { mapped[0] = memory[0] = 'x'; }
  ~Ground() {
    CHECK(mmapio::Unmap(mapped, 4 * kUnit) == 0);
    CHECK(mmapio::Unmap(memory, 4 * kUnit) == 0);
  }
  Ground(const Ground&) = delete;
  Ground& operator=(const Ground&) = delete;
};

int OpenDescriptors() {
  int count = 0;
  DIR* const folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) {
    ++count;
  }
  ::closedir(folder);
  return count;
}

bool IsAsBefore(const Ground& ground, Result size) {
  return mmapio::Size(ground.file.handle()) == size && ground.mapped[0] == 'x' &&
         ground.memory[0] == 'x';
}

Result Minus(int error) { return -error; }

// With each of the errors, a call fails the skip-th time that it is made by the function under
// test. size is what the file has afterwards.
template <typename Run, typename Expected>
void Each(const char* call, int skip, Errors errors, Run run, Expected expected,
          Result size = kSize) {
  for (const int error : errors) {
    const Ground ground;
    const int descriptors = OpenDescriptors();
    const std::size_t bytes = shim::MappedBytes();
    shim::FailOnce(call, error, skip);
    const Result result = run(ground);
    const bool failed = shim::HasFailed();
    const bool clean = OpenDescriptors() == descriptors && shim::MappedBytes() == bytes &&
                       IsAsBefore(ground, size);
    if (!failed || result != expected(error) || !clean) {
      std::printf("failed: %s with error %d: made %d, result %lld, clean %d\n", call, error, failed,
                  static_cast<long long>(result), clean);
      ++failures;
    }
  }
}

template <typename Run>
void EachComesBack(const char* call, Errors errors, Run run) {
  Each(call, 0, errors, run, Minus);
}

// Mapping.

Result MapAndUnmap(const Ground& ground, Access access) {
  const Result address = mmapio::Map(ground.file.handle(), 0, 4 * kUnit, access);
  return address < 0 ? address : mmapio::Unmap(ToPointer(address), 4 * kUnit);
}

void MappingFails() {
  const Errors errors = {EACCES, EBADF, EINVAL, ENODEV, ENOMEM, ENXIO, EOVERFLOW, EAGAIN};
  for (const Access access : {Access::kReadOnly, Access::kReadWrite, Access::kCopyOnWrite}) {
    EachComesBack("mmap", errors, [=](auto& ground) { return MapAndUnmap(ground, access); });
  }
  EachComesBack("mmap", {ENOMEM}, [](auto&) { return mmapio::Reserve(kUnit); });
  EachComesBack("mmap", errors, [](auto& ground) {
    return mmapio::MapInto(ground.mapped, ground.file.handle(), 0, kUnit, Access::kReadWrite);
  });
  EachComesBack("mmap", {ENOMEM, EINVAL},
                [](auto& ground) { return mmapio::Entomb(ground.mapped, 4 * kUnit); });
  EachComesBack("mmap", errors, [](auto& ground) {
    return mmapio::Discard(mmapio::kNoHandle, ground.memory, kUnit, 0);
  });
  EachComesBack("mprotect", {EACCES, EINVAL, ENOMEM, ENOTSUP}, [](auto& ground) {
    return mmapio::Protect(ground.mapped, kUnit, Access::kReadOnly);
  });
  EachComesBack("munmap", {EINVAL},
                [](auto& ground) { return mmapio::Unmap(ground.mapped, 4 * kUnit); });
}

// Files.

Result OpenAndClose(const char* path) {
  const Result handle = mmapio::Open(path, /*write=*/false);
  return handle < 0 ? handle : mmapio::Release(handle);
}

Result DuplicateAndClose(const Ground& ground) {
  const Result handle = mmapio::Duplicate(ground.file.handle());
  return handle < 0 ? handle : mmapio::Release(handle);
}

Result SizeOf(const Ground& ground) { return mmapio::Size(ground.file.handle()); }

void FilesFail() {
  const auto open = [](auto&) { return OpenAndClose("/etc/passwd"); };
  EachComesBack("open",
                {EACCES, EIO, EISDIR, ELOOP, EMFILE, ENAMETOOLONG, ENFILE, ENOENT, ENOTDIR, ENXIO,
                 EOVERFLOW, EPERM, EROFS, ETXTBSY, EAGAIN},
                open);
  Each("open", 0, {EINTR}, open, [](int) { return 0; });
  EachComesBack("fcntl", {EBADF, EINVAL, EMFILE}, DuplicateAndClose);
  EachComesBack("close", {EBADF, EINTR, EIO}, DuplicateAndClose);
  EachComesBack("fstat", {EBADF, EFAULT, EIO, EOVERFLOW}, SizeOf);
  EachComesBack("fstat", {EBADF, EIO},
                [](auto& ground) { return mmapio::ResidencyVisible(ground.file.handle()); });
  EachComesBack("getrlimit", {EFAULT, EINVAL},
                [](auto&) { return mmapio::LimitOf(mmapio::Limit::kLockedMemory); });
}

// Who does not own a file may ask what is in memory if he may write it.
void OthersAreToldWhatTheyMayWrite() {
  const auto visible = [](auto& ground) { return mmapio::ResidencyVisible(ground.file.handle()); };
  shim::SetOthersFiles(true);
  Each("faccessat", 0, {EACCES, ENOENT, ELOOP, EIO, EROFS, EPERM}, visible, [](int) { return 0; });
  const Ground ground;
  CHECK(visible(ground) == 1);
  shim::SetOthersFiles(false);
}

Result ExtendToSix(const Ground& ground) {
  return mmapio::Extend(ground.file.handle(), 0, static_cast<Result>(6 * kUnit),
                        /*allocate=*/true);
}

constexpr auto kOnlySized = [](int) { return mmapio::kSized; };

// What cannot be allocated for want of such a call is only made longer.
void ExtendingFails() {
  const auto longer = static_cast<Result>(6 * kUnit);
  EachComesBack("fstat", {EBADF, EIO}, ExtendToSix);
  EachComesBack("F_PREALLOCATE", {EBADF, EFBIG, ENOSPC, EOVERFLOW, EDQUOT, EIO, EROFS},
                ExtendToSix);
  Each("F_PREALLOCATE", 0, {ENOTSUP, EOPNOTSUPP, ENOTTY, EINVAL}, ExtendToSix, kOnlySized, longer);
  EachComesBack("ftruncate", {EBADF, EFBIG, EINVAL, EIO, EROFS, ENOSPC, EDQUOT}, ExtendToSix);
  // The size is there, and whether the storage is cannot be told.
  Each("fstat", 1, {EIO, EOVERFLOW}, ExtendToSix, kOnlySized, longer);
  const auto only_size = [](auto& ground) {
    return mmapio::Extend(ground.file.handle(), 0, static_cast<Result>(6 * kUnit), false);
  };
  EachComesBack("ftruncate", {EBADF, EFBIG, EINVAL, EIO, EROFS}, only_size);
  Each("ftruncate", 0, {EINTR}, only_size, kOnlySized, longer);
  Each(
      "ftruncate", 0, {EINTR}, [](auto& ground) { return ExtendToSix(ground) >= 0; },
      [](int) { return 1; }, longer);
}

void StorageIsAllocatedOrSaidNotToBe() {
  const TestFile dense(std::size_t{0});
  const auto size = static_cast<Result>(16 * kUnit);
  shim::FailOnce("none", 0);
  CHECK(mmapio::Extend(dense.handle(), 0, size, /*allocate=*/true) == mmapio::kAllocated);
  CHECK(shim::Count("F_PREALLOCATE") == 1);
  CHECK(mmapio::Size(dense.handle()) == size);
  // Holes before the end stay holes: this storage is not there.
  const TestFile sparse(4 * kUnit);
  CHECK(mmapio::Extend(sparse.handle(), 0, size, /*allocate=*/true) == mmapio::kSized);
  CHECK(mmapio::Size(sparse.handle()) == size);
  CHECK(mmapio::Extend(sparse.handle(), 0, 1, /*allocate=*/true) == mmapio::kSized);
  // Nor do blocks elsewhere make up for a hole.
  CHECK(mmapio::Extend(sparse.handle(), size, 1, /*allocate=*/true) == mmapio::kSized);
  CHECK(!shim::HasFailed());
}

void PunchingFails() {
  const auto punch = [](auto& ground) {
    return mmapio::PunchHole(ground.file.handle(), 0, static_cast<Result>(kUnit));
  };
  EachComesBack("F_PUNCHHOLE", {EBADF, ENOSPC, EPERM, EIO, EROFS}, punch);
  // Not this file system, or not in units as small as a page.
  Each("F_PUNCHHOLE", 0, {ENOTSUP, EOPNOTSUPP, ENOTTY, EINVAL}, punch,
       [](int) { return mmapio::kUnsupported; });
}

// Blocks.

void BlocksFail() {
  static std::array<char, 64> block;
  const auto read = [](auto& ground) {
    return mmapio::ReadAt(ground.file.handle(), 64, block.data(), block.size());
  };
  const auto write = [](auto& ground) {
    return mmapio::WriteAt(ground.file.handle(), 64, block.data(), block.size());
  };
  const auto unsupported = [](int) { return mmapio::kUnsupported; };
  const auto whole = [](int) { return static_cast<Result>(block.size()); };
  EachComesBack("pread", {EIO, EFAULT, EISDIR, ESTALE, ETIMEDOUT, EAGAIN}, read);
  EachComesBack("pwrite", {EIO, EFAULT, ENOSPC, EDQUOT, EAGAIN}, write);
  Each("pread", 0, {EBADF, EINVAL, ENXIO, ESPIPE, ENOTSUP, EOPNOTSUPP}, read, unsupported);
  Each("pwrite", 0, {EBADF, EFBIG, EINVAL, ENXIO, ESPIPE, ENOTSUP, EOPNOTSUPP}, write, unsupported);
  Each("pread", 0, {EINTR}, read, whole);
  Each("pwrite", 0, {EINTR}, write, whole);
}

// Sync.

Result SyncBy(const Ground& ground, SyncMode mode) {
  return mmapio::Sync(ground.file.handle(), ground.mapped, 4 * kUnit, 0, mode,
                      /*invalidate=*/false);
}

void SyncFails() {
  const Errors errors = {EBUSY, EINVAL, EIO, ENOMEM};
  for (const SyncMode mode : {SyncMode::kAsync, SyncMode::kBlocking, SyncMode::kDurable}) {
    EachComesBack("msync", errors, [=](auto& ground) {
      const Result result = SyncBy(ground, mode);
      CHECK(shim::Count("F_FULLFSYNC") == 0);  // nothing is flushed that was not written
      return result;
    });
  }
  const auto durable = [](auto& ground) { return SyncBy(ground, SyncMode::kDurable); };
  EachComesBack("F_FULLFSYNC", {EBADF, EIO, ENOSPC, EROFS}, durable);
  Each("F_FULLFSYNC", 0, {EINTR}, durable, [](int) { return 0; });
  // File systems of other machines have no drive to tell: fsync is what they have.
  Each(
      "F_FULLFSYNC", 0, {ENOTSUP, EOPNOTSUPP, ENOTTY, EINVAL},
      [=](auto& ground) {
        const Result result = durable(ground);
        CHECK(shim::Count("fsync") == 1);
        return result;
      },
      [](int) { return 0; });
}

// Both have to fail for that.
void SyncOfAServersFileFails() {
  const Ground ground;
  for (const int error : {EIO, ENOSPC, EDQUOT}) {
    shim::FailOnce("F_FULLFSYNC", ENOTSUP);
    shim::AlsoFail("fsync", error);
    CHECK(SyncBy(ground, SyncMode::kDurable) == -error);
    CHECK(shim::HasFailed());
  }
  shim::FailOnce("F_FULLFSYNC", ENOTSUP);
  shim::AlsoFail("fsync", EINTR);
  CHECK(SyncBy(ground, SyncMode::kDurable) == 0);
  CHECK(shim::HasFailed());
}

void SyncCallsWhatItsModeSays() {
  const Ground ground;
  shim::FailOnce("none", 0);
  CHECK(SyncBy(ground, SyncMode::kBlocking) == 0);
  CHECK(shim::Count("msync") == 1 && shim::Count("F_FULLFSYNC") == 0);
  CHECK(SyncBy(ground, SyncMode::kDurable) == 0);
  CHECK(shim::Count("msync") == 2 && shim::Count("F_FULLFSYNC") == 1);
  CHECK(shim::Count("fsync") == 0);
  CHECK(!shim::HasFailed());
}

// Pages.

void PagesFail() {
  std::uint64_t bits = 0;
  EachComesBack("mincore", {EFAULT, EINVAL, ENOMEM},
                [&](auto& ground) { return mmapio::Resident(ground.mapped, 4 * kUnit, &bits); });
  EachComesBack("mlock", {EAGAIN, EINVAL, ENOMEM, EPERM},
                [](auto& ground) { return mmapio::Lock(ground.memory, kPage); });
  EachComesBack("munlock", {EINVAL, ENOMEM},
                [](auto& ground) { return mmapio::Unlock(ground.memory, kPage); });
  EachComesBack("msync", {EBUSY, EINVAL, EIO, ENOMEM}, [](auto& ground) {
    return mmapio::Evict(ground.file.handle(), ground.mapped, 4 * kUnit, 0);
  });
  const auto advise = [](auto& ground) {
    return mmapio::Advise(ground.mapped, 4 * kUnit, Advice::kWillNeed);
  };
  EachComesBack("madvise", {ENOMEM, EPERM, EIO}, advise);
  Each("madvise", 0, {EINVAL, EAGAIN, EBUSY}, advise, [](int) { return mmapio::kIgnored; });
  EachComesBack("mincore", {EFAULT, EINVAL, ENOMEM},
                [](auto& ground) { return mmapio::AllResident(ground.mapped, 4 * kUnit); });
}

// A hint that the file system refuses is no error, and one for a descriptor that is not open is.
void PrefetchingFails() {
  const auto prefetch = [](auto& ground) {
    const std::array<std::int64_t, 4> ranges = {0, 1, static_cast<Result>(kUnit), 1};
    return mmapio::Prefetch(ground.file.handle(), ranges.data(), 2);
  };
  EachComesBack("F_RDADVISE", {EBADF}, prefetch);
  Each("F_RDADVISE", 0, {EFBIG, EINVAL, EIO, ENOTSUP, ENOTTY}, prefetch,
       [](int) { return mmapio::kIgnored; });
}

// Mach copies page by page: what came before the page that it cannot is there.
void CheckedCopiesEndAtALostPage() {
  static std::array<char, 300'000> copy;
  const std::size_t length = 3 * kPage;
  const auto before = [](int) { return static_cast<Result>(2 * kPage - 1); };
  const Errors codes = {KERN_INVALID_ADDRESS, KERN_PROTECTION_FAILURE, KERN_MEMORY_ERROR};
  Each(
      "vm_read_overwrite", 2, codes,
      [=](auto& ground) { return mmapio::CopyOut(copy.data(), ground.mapped + 1, length); },
      before);
  Each(
      "vm_write", 2, codes,
      [=](auto& ground) { return mmapio::CopyIn(ground.memory + 1, copy.data(), length); }, before);
  for (const bool write : {false, true}) {
    Each(
        "vm_read_overwrite", 1, codes,
        [=](auto& ground) { return mmapio::Populate(ground.mapped, 4 * kUnit, write); },
        [](int) { return mmapio::kLost; });
  }
}

// Waits.

Result AwaitOne(const Ground& ground) {
  return mmapio::Await(ground.mapped, 4, 'x', /*nanoseconds=*/1);
}

void WaitsFail() {
  const char* const wait = "os_sync_wait_on_address_with_timeout";
  EachComesBack(wait, {EINVAL, ENOMEM}, AwaitOne);
  Each(wait, 0, {EFAULT}, AwaitOne, [](int) { return mmapio::kLost; });
  Each(wait, 0, {EINTR, ETIMEDOUT}, AwaitOne, [](int) { return mmapio::kTimedOut; });
  for (const bool all : {false, true}) {
    const char* const wake = all ? "os_sync_wake_by_address_all" : "os_sync_wake_by_address_any";
    const auto run = [=](auto& ground) { return mmapio::Wake(ground.mapped, all); };
    EachComesBack(wake, {EINVAL, EDOM}, run);
    Each(wake, 0, {ENOENT}, run, [](int) { return 0; });
    Each(wake, 0, {EFAULT}, run, [](int) { return mmapio::kLost; });
  }
}

// To be called before anything has found them.
void OlderSystemsDoNotWait() {
  shim::SetNewerFunctions(false);
  const Ground ground;
  CHECK(mmapio::Supports(Feature::kWait) == 0);
  CHECK(mmapio::Supports(Feature::kWaitLong) == 0);
  CHECK(AwaitOne(ground) == mmapio::kUnsupported);
  CHECK(mmapio::Wake(ground.mapped, /*all=*/true) == mmapio::kUnsupported);
  shim::SetNewerFunctions(true);
  CHECK(mmapio::Supports(Feature::kWait) == 1);
  CHECK(mmapio::Supports(Feature::kWaitLong) == 1);
  CHECK(AwaitOne(ground) == mmapio::kTimedOut);
}

// The guard.

Result GuardAndEnd(const Ground& ground) {
  const Result guard = mmapio::Guard(ground.mapped, 4 * kUnit);
  return guard < 0 ? guard : mmapio::Unguard(guard);
}

// To be called before there is a guard. What is opened first is kept for the next attempt.
void GuardsFail() {
  EachComesBack("pipe", {EFAULT, EMFILE, ENFILE}, GuardAndEnd);
  const Ground ground;
  shim::FailOnce("sigaction", EINVAL);
  CHECK(GuardAndEnd(ground) == -EINVAL && shim::HasFailed());
  EachComesBack("sigaction", {EFAULT, EINVAL}, GuardAndEnd);
  CHECK(GuardAndEnd(ground) == 0);
}

void EntombingAGuardedRangeFails() {
  EachComesBack("mmap", {ENOMEM, EINVAL}, [](auto& ground) {
    const Result guard = mmapio::Guard(ground.mapped, 4 * kUnit);
    const Result result = mmapio::EntombGuarded(guard, ground.mapped, 4 * kUnit);
    CHECK(mmapio::Unguard(guard) == 0);
    return result;
  });
}

}  // namespace

int main() {
  OlderSystemsDoNotWait();
  GuardsFail();
  MappingFails();
  FilesFail();
  OthersAreToldWhatTheyMayWrite();
  ExtendingFails();
  StorageIsAllocatedOrSaidNotToBe();
  PunchingFails();
  BlocksFail();
  SyncFails();
  SyncOfAServersFileFails();
  SyncCallsWhatItsModeSays();
  PagesFail();
  PrefetchingFails();
  CheckedCopiesEndAtALostPage();
  WaitsFail();
  EntombingAGuardedRangeFails();
  const int descriptors = OpenDescriptors();
  mmapio::Unload();
  CHECK(OpenDescriptors() == descriptors - 2);
  std::printf("faults_test: %d failures\n", failures);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
