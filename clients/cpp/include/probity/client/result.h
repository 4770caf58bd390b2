// An answer, or why there is none; and several, one after the other.
#ifndef PROBITY_CLIENT_RESULT_H_
#define PROBITY_CLIENT_RESULT_H_

#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

#include "probity/client/error.h"

namespace probity::client {

// Thrown where the value of a Result is asked for that has none: no caller goes on with an answer
// that nobody gave. what() is Error::ToString().
class FailedCall : public std::runtime_error {
 public:
  explicit FailedCall(Error error)
      : std::runtime_error(error.ToString()), error_(std::move(error)) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::move(value)) {}      // NOLINT: meant to be implicit
  Result(Error error) : held_(std::move(error)) {}  // NOLINT: meant to be implicit

  bool ok() const { return std::holds_alternative<T>(held_); }
  // Throw FailedCall where there is none.
  const T& value() const& {
    Require();
    return std::get<T>(held_);
  }
  T&& value() && {
    Require();
    return std::get<T>(std::move(held_));
  }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  // Throws std::bad_variant_access where there is a value.
  const Error& error() const { return std::get<Error>(held_); }

 private:
  void Require() const {
    if (!ok()) throw FailedCall(error());
  }

  std::variant<T, Error> held_;
};

// Values that come one after the other, each asked for when it is needed:
//
//   for (const Result<v1::Vendor>& vendor : client.Items(...)) {
//     if (!vendor.ok()) return Report(vendor.error());
//     Use(*vendor);
//   }
//
// An error is the last that is given. Can be iterated once, by one thread.
template <typename T>
class Range {
 public:
  // Gives the next value; absent: there are no more.
  using Source = std::function<std::optional<Result<T>>()>;

  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Result<T>;
    using difference_type = std::ptrdiff_t;
    using pointer = const Result<T>*;
    using reference = const Result<T>&;

    reference operator*() const { return *range_->current_; }
    pointer operator->() const { return &*range_->current_; }
    iterator& operator++() {
      if (!range_->Advance()) range_ = nullptr;
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(const iterator& other) const { return range_ == other.range_; }
    bool operator!=(const iterator& other) const { return range_ != other.range_; }

   private:
    friend class Range;
    explicit iterator(Range* range) : range_(range) {}

    Range* range_;  // null: behind the last
  };

  explicit Range(Source source) : source_(std::move(source)) {}

  iterator begin() { return iterator(Advance() ? this : nullptr); }
  iterator end() { return iterator(nullptr); }
  // The same, for callers without a loop.
  std::optional<Result<T>> Next() {
    if (source_ == nullptr) return std::nullopt;
    std::optional<Result<T>> next = source_();
    if (!next.has_value() || !next->ok()) source_ = nullptr;
    return next;
  }

 private:
  bool Advance() {
    current_.reset();
    std::optional<Result<T>> next = Next();
    if (next.has_value()) current_.emplace(*std::move(next));
    return current_.has_value();
  }

  Source source_;
  std::optional<Result<T>> current_;
};

// Where items come from, as rows of a database would: asked for the next one when there is room,
// absent: there are no more. What it throws comes out of the range that it feeds, behind what
// came before.
template <typename T>
using Source = std::function<std::optional<T>()>;

// A source of what is at hand. `Items`: a container of T, which is moved or copied into it.
template <typename Items, typename T = typename Items::value_type>
Source<T> From(Items items) {
  return [items = std::move(items), at = size_t{0}]() mutable -> std::optional<T> {
    if (at == items.size()) return std::nullopt;
    return *std::next(items.begin(), static_cast<std::ptrdiff_t>(at++));
  };
}

}  // namespace probity::client

#endif  // PROBITY_CLIENT_RESULT_H_
