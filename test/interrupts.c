/*
 * interrupts.c
 *		Measures the longest time that a backend goes without checking whether it
 *		was cancelled.
 *
 * Every few milliseconds of processor time a signal handler sets InterruptPending,
 * which the next CHECK_FOR_INTERRUPTS() of any function clears, unless interrupts
 * are held off.  So a flag that is still set tells that nothing has checked
 * since.  Processor time does not depend on what else the machine does.
 */
#include "postgres.h"

#include <execinfo.h>
#include <signal.h>
#include <sys/time.h>

#include "fmgr.h"
#include "miscadmin.h"

PG_MODULE_MAGIC;

#define TICK_MS 4
#define FRAMES 32

static volatile sig_atomic_t ticks;
static volatile sig_atomic_t most_ticks;
static void *longest[FRAMES];
static volatile int frames;

static void
tick(int signal)
{
	int			saved = errno;

	(void) signal;
	if (!InterruptPending)
		ticks = 0;
	else if (++ticks > most_ticks)
	{
		most_ticks = ticks;
		frames = backtrace(longest, FRAMES);
	}
	InterruptPending = true;
	errno = saved;
}

/*
 * longest_stretch() returns integer
 *
 * Returns the longest time since the last call, in milliseconds, and logs where
 * it was spent.
 */
PG_FUNCTION_INFO_V1(longest_stretch);
Datum
longest_stretch(PG_FUNCTION_ARGS pg_attribute_unused())
{
	struct itimerval every = {{0, TICK_MS * 1000}, {0, TICK_MS * 1000}};
	struct sigaction action = {.sa_handler = tick, .sa_flags = SA_RESTART};
	int			result = most_ticks * TICK_MS;

	if (result > 0)
		backtrace_symbols_fd(longest, frames, 2);
	else
		/* the first call loads what backtrace() needs */
		frames = backtrace(longest, FRAMES);
	ticks = most_ticks = 0;
	sigaction(SIGPROF, &action, NULL);
	setitimer(ITIMER_PROF, &every, NULL);
	PG_RETURN_INT32(result);
}
