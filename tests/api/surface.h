// Rows of the tables that check the public headers. A row that is wrong does not compile.
#pragma once

#include <type_traits>

#if defined(__GNUC__)
#pragma GCC diagnostic ignored \
    "-Wdeprecated-declarations"  // the tables name deprecated members too
#endif

#if __cplusplus >= 201703L
#define NX noexcept  // part of a function's type from C++17 on
#else
#define NX
#endif

// Uses a member, so that its inline body is compiled and its address exists.
template <typename Member>
void touch(Member member) {
  Member volatile used = member;
  static_cast<void>(used);
}

// Class `cls` has a member function of this name and type, among its overloads.
#define TOUCH_MEMBER(cls, name, ...) touch(static_cast<__VA_ARGS__>(&cls::name))
#define MEMBER(cls, name, result, params) TOUCH_MEMBER(cls, name, result(cls::*) params NX)
#define CONST_MEMBER(cls, name, result, params) \
  TOUCH_MEMBER(cls, name, result(cls::*) params const NX)
#define MEMBER_MAY_THROW(cls, name, result, params) TOUCH_MEMBER(cls, name, result(cls::*) params)
#define CONST_MEMBER_MAY_THROW(cls, name, result, params) \
  TOUCH_MEMBER(cls, name, result(cls::*) params const)

// Enumerator `name` of `type` has this value.
#define VALUE(type, name, number) \
  static_assert(static_cast<long>(type::name) == (number), #type "::" #name)

// The type in which an enumeration is passed.
#define UNDERLYING(enumeration, integer) \
  static_assert(std::is_same<std::underlying_type<enumeration>::type, integer>::value, #enumeration)

// The number of values of enumeration `type`.
#define COUNT(type, number) static_assert(EnumMax<type>() == (number), #type)

// Class `cls` takes this many bytes.
#define SIZE(cls, bytes) static_assert(sizeof(cls) == (bytes), #cls)

// Class `cls` derives from `base`.
#define BASE(cls, base) static_assert(std::is_base_of<base, cls>::value, #cls)

void surface_of_runtime();
void surface_of_network();
void surface_of_builder();
void surface_of_parser();
void surface_of_functions();
