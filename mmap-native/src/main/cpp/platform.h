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
enum class SyncMode : std::int32_t { kAsync, kBlocking, kDurable };
enum class Advice : std::int32_t {
  kNormal,
  kRandom,
  kSequential,
  kWillNeed,
  kDontNeed,
  kCold,
  kPageOut,
  kHugePage,
  kNoHugePage,
  kCollapse,
  kDontDump,
  kDoDump,
  kDontFork,
  kDoFork,
  kMergeable,
  kUnmergeable,
};

// What an OS has or has not, beyond what every OS has.
enum class Feature : std::int32_t {
  kShrink,
  kPopulateWrite,
  kHugePages,
  kDiscard,
  kPunchHole,
  kEvict,
  kCacheState,
  kCheckedAccess,
  kSealedMemory,
  kGuard,
  kWait,
  kWaitLong,
  kChangeTracking,
  kRecency,
};

// What may grow in memory that NewMemory made, and what may not.
enum class Seal : std::int32_t { kNone, kShrinking, kShrinkingAndGrowing };

// What the OS limits for this process.
enum class Limit : std::int32_t { kLockedMemory, kAddressSpace, kOpenFiles, kFileSize };

// What a function answers where this OS has no such thing; no error number is that large.
inline constexpr Result kUnsupported = -(std::int64_t{1} << 62);

// What Populate answers where a page cannot be had: cut off the file, unreadable, or without room
// on the disk.
inline constexpr Result kLost = kUnsupported + 1;

// What Size answers where the OS makes the contents of a file when they are read, as in procfs, and
// says that it is empty.
inline constexpr Result kSizeUnknown = kUnsupported + 2;

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

// Opens a file for reading, or for reading and writing, not inherited by child processes. The path
// is absolute and ends with a zero. kUnsupported where file names are not bytes.
[[nodiscard]] Result Open(const char* path, bool write) noexcept;

// A handle of our own to the same open file, not inherited by child processes.
[[nodiscard]] Result Duplicate(Handle handle) noexcept;

// Closes a handle that Open or Duplicate made. The handle is gone even if an error is returned.
[[nodiscard]] Result Release(Handle handle) noexcept;

// Bytes in the file or block device, or kSizeUnknown; an error for anything that cannot be mapped.
[[nodiscard]] Result Size(Handle handle) noexcept;

// Makes the file at least offset + length bytes long; never shorter. With allocate, storage is
// taken for [offset, offset + length) where the file system can: kAllocated, else kSized. On
// failure the file has its old size.
[[nodiscard]] Result Extend(Handle handle, std::int64_t offset, std::int64_t length,
                            bool allocate) noexcept;

// Gives a file a size, longer or shorter, without storage.
[[nodiscard]] Result Truncate(Handle handle, std::int64_t size) noexcept;

// Gives the storage of [offset, offset + length), whole pages, back to the file system; the range
// then reads as zeros. kUnsupported where the OS or the file system cannot.
[[nodiscard]] Result PunchHole(Handle handle, std::int64_t offset, std::int64_t length) noexcept;

// A file without a name that lives in memory, for other processes to be handed. What is sealed
// stays so: see memfd_create(2). kUnsupported where the OS has no such thing.
[[nodiscard]] Result NewMemory(std::int64_t length, Seal seal) noexcept;

// Maps [offset, offset + length) of the file, or private zeroed memory for kNoHandle, and answers
// its address. offset is a multiple of Granularity(); length > 0 need not be one of anything.
// kCopyOnWrite keeps changes private, the others share them. Nothing is left behind on failure.
[[nodiscard]] Result Map(Handle handle, std::int64_t offset, std::size_t length,
                         Access access) noexcept;

// Keeps a range of addresses, which nothing may touch, free for MapInto: it begins at a multiple of
// Granularity(). To be given back whole by Unmap, whatever has been put into it.
[[nodiscard]] Result Reserve(std::size_t length) noexcept;

// As Map, at an address inside a reservation that is as aligned as the offset: multiples of
// Granularity(). Pages that an earlier call put there, of the same offset and access, stay or are
// replaced by the same pages, while others may be reading and writing them. kCopyOnWrite is only
// good where nothing has been put. A failure leaves what was there.
[[nodiscard]] Result MapInto(void* address, Handle handle, std::int64_t offset, std::size_t length,
                             Access access) noexcept;

// Maps private zeroed memory in pages of a size that the OS sets aside for it. length is a multiple
// of that size. kUnsupported where there is no such size.
[[nodiscard]] Result MapHuge(std::size_t length, std::size_t page_size) noexcept;

// Changes what may be done with mapped pages: to less than they were mapped for, or back.
[[nodiscard]] Result Protect(void* address, std::size_t length, Access access) noexcept;

// Gives an address range back: one whole mapping or reservation, or neighbours that were all
// entombed.
[[nodiscard]] Result Unmap(void* address, std::size_t length) noexcept;

// Puts private zeroed memory in place of whatever is mapped there, in one step: the file is let go,
// the addresses stay taken and readable and writable until Unmap. The range is a whole mapping, or
// of a reservation what has been put into it; with kShrink it may also be the last pages of either.
// Windows takes two steps, in which readers wait; after a failure somebody else may be there, and
// the range must not be unmapped.
[[nodiscard]] Result Entomb(void* address, std::size_t length) noexcept;

// Guards a range: from now on a page of it that cannot be had (the file was cut, the disk is full
// or failed) does not end the process, but reads as zeros, for this process alone. Answers a number
// over zero for the functions below. Faults elsewhere are whoever's they were before.
[[nodiscard]] Result Guard(void* address, std::size_t length) noexcept;

// As Entomb, of a range that is guarded: whoever touches it is noticed where the OS lets one.
[[nodiscard]] Result EntombGuarded(Result guard, void* address, std::size_t length) noexcept;

// Ends it, before the range is given back: nobody can touch it any more.
[[nodiscard]] Result Unguard(Result guard) noexcept;

// The address of the page that was lost first, or of the one that was touched first after
// EntombGuarded; zero if there is none.
[[nodiscard]] Result LostPage(Result guard, bool after_closing) noexcept;

// Where the address of the page that was lost first is kept, or zero, for as long as the guard is
// there: a std::uint64_t, to be read by a volatile load.
[[nodiscard]] void* LossWord(Result guard) noexcept;

// Waits until a page of any range that this copy of the library guards is lost, or touched after
// closing: 1, at once if that happened since 1 was answered last, or 0 after so much time. Guard
// must have been called before.
[[nodiscard]] Result AwaitLostPage(std::int32_t milliseconds) noexcept;

// Closes what the library has opened for itself. It may be unloaded then; no range is guarded.
void Unload() noexcept;

// Tells the OS what use is to be expected: kApplied, or kIgnored where it has no such advice.
[[nodiscard]] Result Advise(void* address, std::size_t length, Advice advice) noexcept;

// Advises many ranges: ranges[2 * i] is the address of one and ranges[2 * i + 1] its length. The
// first error, else kIgnored if any was ignored, else kApplied.
[[nodiscard]] Result AdviseAll(const std::int64_t* ranges, std::size_t count,
                               Advice advice) noexcept;

// Starts to read parts of a file into memory: ranges[2 * i] is the offset of one and
// ranges[2 * i + 1] its length, which the OS may have a limit for. Takes no lock of the address
// space. kApplied, kIgnored where this file has no such advice, kUnsupported where the OS has none
// by handle.
[[nodiscard]] Result Prefetch(Handle handle, const std::int64_t* ranges,
                              std::size_t count) noexcept;

// Makes the pages present, for reading or for writing, so that touching them does not fault; their
// contents stay. kLost where touching one would be a fault that the OS cannot serve.
[[nodiscard]] Result Populate(void* address, std::size_t length, bool write) noexcept;

// Keeps pages in memory, or ends that.
[[nodiscard]] Result Lock(void* address, std::size_t length) noexcept;
[[nodiscard]] Result Unlock(void* address, std::size_t length) noexcept;

// Throws away what this process has written to pages of its own (memory of no file, or
// kCopyOnWrite): they read as zeros, or as the file at the offset, again.
[[nodiscard]] Result Discard(Handle handle, void* address, std::size_t length,
                             std::int64_t offset) noexcept;

// Writes back the pages of a shared mapping, which makes them clean but not durable, and drops them
// from memory: from this mapping, and from the file cache where the OS lets one. Pages that are
// locked, or in use elsewhere, stay, and so do contents.
[[nodiscard]] Result Evict(Handle handle, void* address, std::size_t length,
                           std::int64_t offset) noexcept;

// Counts of pages of a part of a file: in the file cache, of these dirty, of these being written;
// not there any more, of these lately. kUnsupported where the OS does not tell.
struct CacheCounts {
  std::uint64_t cached, dirty, writeback, evicted, recently_evicted;
};
[[nodiscard]] Result CacheState(Handle handle, std::int64_t offset, std::int64_t length,
                                CacheCounts* counts) noexcept;

// Copies between mapped pages and memory that is good, without a fault that would end the process:
// answers how many bytes came before the first page that is lost, length if none is.
[[nodiscard]] Result CopyOut(void* to, const void* mapped, std::size_t length) noexcept;
[[nodiscard]] Result CopyIn(void* mapped, const void* from, std::size_t length) noexcept;

// 1 if reading and writing a file at an offset meets the same pages as its mappings, 0 if not.
[[nodiscard]] Result MeetsPages(Handle handle) noexcept;

// Reads or writes a file: answers how many bytes were moved, maybe fewer than asked for; zero at
// the end of the file, which WriteAt does not know. kUnsupported where this cannot be done with
// this file or on this OS.
[[nodiscard]] Result ReadAt(Handle handle, std::int64_t offset, void* to,
                            std::size_t length) noexcept;
[[nodiscard]] Result WriteAt(Handle handle, std::int64_t offset, const void* from,
                             std::size_t length) noexcept;

// The same from one file into another, inside the kernel.
[[nodiscard]] Result CopyRange(Handle from, std::int64_t from_offset, Handle to,
                               std::int64_t to_offset, std::size_t length) noexcept;

// Writes changed pages of a shared mapping back. kAsync: started. kBlocking: written by the OS.
// kDurable: on stable storage. offset is where in the file the range begins. With invalidate, other
// mappings of the file are told to drop what is stale (a no-op where caches are coherent).
[[nodiscard]] Result Sync(Handle handle, void* address, std::size_t length, std::int64_t offset,
                          SyncMode mode, bool invalidate) noexcept;

// Sets bit i % 64 of bits[i / 64] where page i of the range is in memory and clears it elsewhere.
[[nodiscard]] Result Resident(void* address, std::size_t length, std::uint64_t* bits) noexcept;

// 1 if every page of the range is in memory, 0 if not: stops soon after the first that is not.
[[nodiscard]] Result AllResident(void* address, std::size_t length) noexcept;

// Sets bit i % 64 of bits[i / 64] where the page table of this process has page i of the range, and
// clears it elsewhere: an access since the pages were advised kDontNeed last. kUnsupported where
// the OS does not tell.
[[nodiscard]] Result Present(void* address, std::size_t length, std::uint64_t* bits) noexcept;

// 1 if Resident tells this process the truth about pages of the file, 0 if the OS hides it.
[[nodiscard]] Result ResidencyVisible(Handle handle) noexcept;

// What Size answers, and for what ResidencyVisible would, by fewer calls of the OS. An error leaves
// visible as it is.
[[nodiscard]] Result SizeAndVisibility(Handle handle, bool* visible) noexcept;

// Pages next to each other: the address of the first, and bytes.
struct PageRange {
  std::uint64_t address, length;
};

// What one call of those below answers at most.
inline constexpr std::size_t kMostRanges = 256;

// Pages of a private mapping (memory of no file, or kCopyOnWrite) that this process has changed:
// answers how many ranges it put into the array, in the order of addresses, and up to which address
// it has looked. Some that were not changed may be among them, none is missing. kUnsupported where
// the OS does not tell.
[[nodiscard]] Result PrivatePages(void* address, std::size_t length, PageRange* ranges,
                                  std::size_t room, std::uint64_t* scanned) noexcept;

// From now on Written tells which pages of a mapping were stored to, by this process through these
// addresses. Answers a tracker; kUnsupported where the OS or the mapping does not have this.
[[nodiscard]] Result TrackWrites(void* address, std::size_t length) noexcept;

// The same tracker for one more range. What it knew of pages of that range is forgotten.
[[nodiscard]] Result TrackMore(Result tracker, void* address, std::size_t length) noexcept;

// Pages of a tracked range that were stored to: as PrivatePages. With reset they are forgotten in
// the same moment: what is stored to such a page afterwards is answered by the next call.
[[nodiscard]] Result Written(void* address, std::size_t length, bool reset, PageRange* ranges,
                             std::size_t room, std::uint64_t* scanned) noexcept;

// Ends a tracker, whether its ranges are still mapped or not.
[[nodiscard]] Result Untrack(Result tracker) noexcept;

// What Await answers when it did not fail: woken, or for no reason; the word did not have the
// expected value; the time is over, or part of it.
inline constexpr Result kWoken = 0;
inline constexpr Result kChanged = 1;
inline constexpr Result kTimedOut = 2;

// Waits while a word of 4 or 8 bytes, aligned to its size, has a value, whose low bits count:
// comparing and going to sleep are one step. kLost where the page cannot be had, kUnsupported where
// the OS does not wait at words of this size that several processes share.
[[nodiscard]] Result Await(void* address, std::size_t size, std::int64_t expected,
                           std::int64_t nanoseconds) noexcept;

// Wakes threads of all processes that wait at a word: all, or at least one if there is any.
[[nodiscard]] Result Wake(void* address, bool all) noexcept;

// The limit of this process; INT64_MAX if there is none, kUnsupported if the OS knows no such one.
[[nodiscard]] Result LimitOf(Limit limit) noexcept;

// 1 if this machine has a feature, 0 if not.
[[nodiscard]] Result Supports(Feature feature) noexcept;

// The symbolic name of an error number ("EACCES"), or null if it has none here.
[[nodiscard]] const char* ErrorName(std::int32_t error) noexcept;

}  // namespace mmapio

#endif  // MMAPIO_PLATFORM_H_
