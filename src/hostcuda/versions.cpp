// One symbol for each name in versions.map, since a version without symbols is dropped by some
// linkers.
extern "C" {
__attribute__((visibility("default"), used)) extern const char tenon_cudart_12 = 12;
__attribute__((visibility("default"), used)) extern const char tenon_cudart_13 = 13;
}
