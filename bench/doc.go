// Package bench measures the simulator: the live stand-ins against bare loops on the same broker, and
// the virtual driver against a bare queue.
//
// A figure of this machine says little, a ratio of two measured in one run says something. So each bench
// measures ours and a reference in turn (ours, reference, reference, ours, …), drops pairs that others
// have disturbed, and compares medians. A goal is met when the whole of the ratio's 95 % bootstrap
// interval is on its right side, not met when all of it is on the wrong one; and where the reference
// against itself comes out beyond 0.9–1.1, nothing is said: too noisy.
//
// Both sides of a pair run in one process, one after the other. A live measurement may therefore see
// what the one before it left behind; taking turns shares that out evenly.
package bench
