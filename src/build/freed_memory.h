#pragma once

namespace tenon {

// Gives memory that was freed back to the system, so that what a build takes stays near what it
// holds: compilers leave much, on every thread, and constants much of the heap in pieces.
void release_freed_memory();

}  // namespace tenon
