// SPDX-License-Identifier: Apache-2.0
//
// What the library asks of an operating system. One file per OS family implements it; the JNI glue
// is its only other user. No OS header and no JNI header here.
//
// Every function may be called from any thread. None touches mapped memory, allocates, or throws.
// Addresses and lengths were validated and rounded to pages by the caller, save where said.

#ifndef MMAPIO_PLATFORM_H_
#define MMAPIO_PLATFORM_H_

#include <cstddef>
#include <cstdint>

namespace mmapio {

// A value >= 0, or minus the error number of the OS.
using Result = std::int64_t;

// An open file: a descriptor on POSIX, a HANDLE on Windows. kNoHandle stands for memory of no file.
using Handle = std::int64_t;
inline constexpr Handle kNoHandle = -1;

enum class Access : std::int32_t { kNone, kReadOnly, kReadWrite, kCopyOnWrite };
enum class Advice : std::int32_t { kNormal, kRandom, kSequential, kWillNeed, kDontNeed };
enum class SyncMode : std::int32_t { kAsync, kBlocking, kDurable };

// What Advise answers when it did not fail.
inline constexpr Result kApplied = 0;
inline constexpr Result kIgnored = 1;

// What Extend answers when it did not fail.
inline constexpr Result kSized = 0;
inline constexpr Result kAllocated = 1;

// The field of java.io.FileDescriptor that holds a handle on this OS, and its JNI type.
struct DescriptorField {
  const char* name;
  const char* type;
};
extern const DescriptorField kDescriptorField;

// Bytes in a page: the unit of protection, advice and residency.
[[nodiscard]] Result PageSize() noexcept;

// Bytes that a file offset must be a multiple of to be mapped; a multiple of PageSize().
[[nodiscard]] Result Granularity() noexcept;

// A handle of our own to the same open file, not inherited by child processes.
[[nodiscard]] Result Duplicate(Handle handle) noexcept;

// Closes a handle that Duplicate made. The handle is gone even if an error is returned.
[[nodiscard]] Result Release(Handle handle) noexcept;

// Bytes in the file or block device; an error for anything that cannot be mapped.
[[nodiscard]] Result Size(Handle handle) noexcept;

// Makes the file at least offset + length bytes long; never shorter. With allocate, storage is
// taken for [offset, offset + length) where the file system can: kAllocated, else kSized. On
// failure the file has its old size.
[[nodiscard]] Result Extend(Handle handle, std::int64_t offset, std::int64_t length,
                            bool allocate) noexcept;

// Maps [offset, offset + length) of the file, or private zeroed memory for kNoHandle, and answers
// its address. offset is a multiple of Granularity(); length > 0 need not be one of anything.
// kCopyOnWrite keeps changes private, the others share them. Nothing is left behind on failure.
[[nodiscard]] Result Map(Handle handle, std::int64_t offset, std::size_t length,
                         Access access) noexcept;

// Gives an address range back: one whole mapping, or neighbours that were all entombed.
[[nodiscard]] Result Unmap(void* address, std::size_t length) noexcept;

// Puts private zeroed memory in place of whatever is mapped there, in one step: the file is let go,
// the addresses stay taken and readable and writable until Unmap. Windows takes two steps, in which
// readers wait; after a failure somebody else may be there, and the range must not be unmapped.
[[nodiscard]] Result Entomb(void* address, std::size_t length) noexcept;

// Tells the OS what use is to be expected: kApplied, or kIgnored where it has no such advice.
[[nodiscard]] Result Advise(void* address, std::size_t length, Advice advice) noexcept;

// Writes changed pages of a shared mapping back. kAsync: started. kBlocking: written by the OS.
// kDurable: on stable storage. offset is where in the file the range begins. With invalidate, other
// mappings of the file are told to drop what is stale (a no-op where caches are coherent).
[[nodiscard]] Result Sync(Handle handle, void* address, std::size_t length, std::int64_t offset,
                          SyncMode mode, bool invalidate) noexcept;

// Sets bit i % 64 of bits[i / 64] where page i of the range is in memory and clears it elsewhere.
[[nodiscard]] Result Resident(void* address, std::size_t length, std::uint64_t* bits) noexcept;

// 1 if Resident tells this process the truth about pages of the file, 0 if the OS hides it.
[[nodiscard]] Result ResidencyVisible(Handle handle) noexcept;

// The symbolic name of an error number ("EACCES"), or null if it has none here.
[[nodiscard]] const char* ErrorName(std::int32_t error) noexcept;

}  // namespace mmapio

#endif  // MMAPIO_PLATFORM_H_
