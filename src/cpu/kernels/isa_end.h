// No include guard: ends what isa_begin.h began.
#pragma GCC pop_options
