// Ctrl-C: the first asks what is under way to stop, the second ends the program.
#pragma once

namespace tenon::trtexec {

void catch_interrupts();
bool interrupted();

}  // namespace tenon::trtexec
