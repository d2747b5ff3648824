// SPDX-License-Identifier: Apache-2.0

#ifndef MMAPIO_TEST_FILE_H_
#define MMAPIO_TEST_FILE_H_

#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include "platform.h"

#if defined(_WIN32)
#include <io.h>
#else
#include <unistd.h>
#endif

// A file of zeros that is gone with its object, or one of the system's that stays.
class TestFile {
 public:
  explicit TestFile(std::size_t size) : file_(std::tmpfile()) {
    if (file_ == nullptr || !Truncate(size)) {
      std::perror("cannot make a test file");
      std::abort();
    }
  }
  explicit TestFile(const char* path) : file_(std::fopen(path, "rb")) {
    if (file_ == nullptr) {
      std::perror(path);
      std::abort();
    }
  }
  ~TestFile() { std::fclose(file_); }
  TestFile(const TestFile&) = delete;
  TestFile& operator=(const TestFile&) = delete;

  [[nodiscard]] mmapio::Handle handle() const {
#if defined(_WIN32)
    return _get_osfhandle(_fileno(file_));
#else
    return ::fileno(file_);
#endif
  }

  [[nodiscard]] bool Truncate(std::size_t size) const {
#if defined(_WIN32)
    return _chsize_s(_fileno(file_), static_cast<long long>(size)) == 0;
#else
    return ::ftruncate(::fileno(file_), static_cast<off_t>(size)) == 0;
#endif
  }

  [[nodiscard]] int ByteAt(std::size_t offset) const {
    std::fflush(file_);
    std::fseek(file_, static_cast<long>(offset), SEEK_SET);
    return std::fgetc(file_);
  }

  void SetByte(std::size_t offset, char value) const {
    std::fseek(file_, static_cast<long>(offset), SEEK_SET);
    std::fputc(value, file_);
    std::fflush(file_);
  }

 private:
  std::FILE* const file_;
};

#endif  // MMAPIO_TEST_FILE_H_
