// SPDX-License-Identifier: Apache-2.0
//
// Windows, 64-bit: files, limits and errors.

#include "windows_internal.h"

namespace mmapio {
namespace {

[[nodiscard]] SYSTEM_INFO System() noexcept {
  SYSTEM_INFO info;
  ::GetSystemInfo(&info);
  return info;
}

template <typename Info>
[[nodiscard]] Result Query(Handle handle, FILE_INFO_BY_HANDLE_CLASS what, Info* info) noexcept {
  return ResultOf(::GetFileInformationByHandleEx(ToHandle(handle), what, info, sizeof(*info)));
}

// A sparse or compressed file may have room somewhere and a hole elsewhere: no promise for those.
[[nodiscard]] bool HasStorage(Handle handle, std::int64_t end) noexcept {
  FILE_STANDARD_INFO standard;
  FILE_BASIC_INFO basic;
  return Query(handle, FileStandardInfo, &standard) == 0 &&
         Query(handle, FileBasicInfo, &basic) == 0 &&
         (basic.FileAttributes & (FILE_ATTRIBUTE_SPARSE_FILE | FILE_ATTRIBUTE_COMPRESSED)) == 0 &&
         standard.AllocationSize.QuadPart >= end;
}

}  // namespace

const DescriptorField kDescriptorField = {"handle", "J"};

Result PageSize() noexcept { return System().dwPageSize; }

Result Granularity() noexcept { return System().dwAllocationGranularity; }

Result Open(const char* /*path*/, bool /*write*/) noexcept { return kUnsupported; }

Result Duplicate(Handle handle) noexcept {
  if (handle == kNoHandle) {
    return -ERROR_INVALID_HANDLE;  // it would stand for this process: see GetCurrentProcess
  }
  HANDLE copy = nullptr;
  return ::DuplicateHandle(::GetCurrentProcess(), ToHandle(handle), ::GetCurrentProcess(), &copy, 0,
                           /*bInheritHandle=*/FALSE, DUPLICATE_SAME_ACCESS) != 0
             ? reinterpret_cast<std::intptr_t>(copy)
             : LastError();
}

Result Release(Handle handle) noexcept { return ResultOf(::CloseHandle(ToHandle(handle))); }

Result Size(Handle handle) noexcept {
  FILE_STANDARD_INFO info;
  if (const Result result = Query(handle, FileStandardInfo, &info); result < 0) {
    return result;
  }
  if (info.Directory != 0) {
    return -ERROR_DIRECTORY;
  }
  return ::GetFileType(ToHandle(handle)) == FILE_TYPE_DISK ? info.EndOfFile.QuadPart
                                                           : -ERROR_NOT_SUPPORTED;
}

// A section beyond the end makes the file grow, all at once or not at all, and unlike
// FileEndOfFileInfo it never cuts off what another process has appended meanwhile. NTFS and FAT
// take the storage in the same step unless the file is sparse or compressed. FileAllocationInfo is
// not asked for it: below the end of the file that would cut it off as well. See CreateFileMapping.
Result Extend(Handle handle, std::int64_t offset, std::int64_t length, bool allocate) noexcept {
  const Result size = Size(handle);
  if (size < 0) {
    return size;
  }
  const std::int64_t end = offset + length;
  if (end > size) {
    void* const section = ::CreateFileMappingW(ToHandle(handle), nullptr, PAGE_READWRITE, High(end),
                                               Low(end), nullptr);
    if (section == nullptr) {
      return LastError();
    }
    ::CloseHandle(section);
  }
  return allocate && HasStorage(handle, end) ? kAllocated : kSized;
}

// Refused while the file is mapped anywhere.
Result Truncate(Handle handle, std::int64_t size) noexcept {
  FILE_END_OF_FILE_INFO info;
  info.EndOfFile.QuadPart = size;
  return ResultOf(
      ::SetFileInformationByHandle(ToHandle(handle), FileEndOfFileInfo, &info, sizeof(info)));
}

// FSCTL_SET_ZERO_DATA is refused for what is mapped.
Result PunchHole(Handle /*handle*/, std::int64_t /*offset*/, std::int64_t /*length*/) noexcept {
  return kUnsupported;
}

Result NewMemory(std::int64_t /*length*/, Seal /*seal*/) noexcept { return kUnsupported; }

Result CacheState(Handle /*handle*/, std::int64_t /*offset*/, std::int64_t /*length*/,
                  CacheCounts* /*counts*/) noexcept {
  return kUnsupported;
}

// What may be locked is the minimum working set, less a few pages.
Result LimitOf(Limit limit) noexcept {
  SIZE_T minimum;
  SIZE_T maximum;
  if (limit != Limit::kLockedMemory) {
    return kUnsupported;
  }
  return ::GetProcessWorkingSetSize(::GetCurrentProcess(), &minimum, &maximum) != 0
             ? static_cast<Result>(minimum)
             : LastError();
}

Result Supports(Feature feature) noexcept {
  switch (feature) {
    case Feature::kPopulateWrite:
    case Feature::kDiscard:
    case Feature::kEvict:
    case Feature::kCheckedAccess:
    case Feature::kGuard:
      return 1;
    default:
      return 0;
  }
}

const char* ErrorName(std::int32_t error) noexcept {
  switch (error) {
#define MMAPIO_NAME(name) \
  case name:              \
    return #name
    MMAPIO_NAME(ERROR_ACCESS_DENIED);
    MMAPIO_NAME(ERROR_COMMITMENT_LIMIT);
    MMAPIO_NAME(ERROR_CRC);
    MMAPIO_NAME(ERROR_DIRECTORY);
    MMAPIO_NAME(ERROR_DISK_FULL);
    MMAPIO_NAME(ERROR_FILE_INVALID);
    MMAPIO_NAME(ERROR_FILE_NOT_FOUND);
    MMAPIO_NAME(ERROR_FILE_TOO_LARGE);
    MMAPIO_NAME(ERROR_GEN_FAILURE);
    MMAPIO_NAME(ERROR_HANDLE_DISK_FULL);
    MMAPIO_NAME(ERROR_INVALID_ADDRESS);
    MMAPIO_NAME(ERROR_INVALID_FUNCTION);
    MMAPIO_NAME(ERROR_INVALID_HANDLE);
    MMAPIO_NAME(ERROR_INVALID_PARAMETER);
    MMAPIO_NAME(ERROR_IO_DEVICE);
    MMAPIO_NAME(ERROR_LOCK_VIOLATION);
    MMAPIO_NAME(ERROR_MAPPED_ALIGNMENT);
    MMAPIO_NAME(ERROR_NOACCESS);
    MMAPIO_NAME(ERROR_NOT_ENOUGH_MEMORY);
    MMAPIO_NAME(ERROR_NOT_ENOUGH_QUOTA);
    MMAPIO_NAME(ERROR_NOT_READY);
    MMAPIO_NAME(ERROR_NOT_SUPPORTED);
    MMAPIO_NAME(ERROR_NOT_LOCKED);
    MMAPIO_NAME(ERROR_NO_SYSTEM_RESOURCES);
    MMAPIO_NAME(ERROR_OUTOFMEMORY);
    MMAPIO_NAME(ERROR_PARTIAL_COPY);
    MMAPIO_NAME(ERROR_PATH_NOT_FOUND);
    MMAPIO_NAME(ERROR_SHARING_VIOLATION);
    MMAPIO_NAME(ERROR_TOO_MANY_OPEN_FILES);
    MMAPIO_NAME(ERROR_USER_MAPPED_FILE);
    MMAPIO_NAME(ERROR_WORKING_SET_QUOTA);
    MMAPIO_NAME(ERROR_WRITE_PROTECT);
#undef MMAPIO_NAME
    default:
      return nullptr;
  }
}

}  // namespace mmapio
