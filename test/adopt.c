/*
 * adopt COMMAND [ARGUMENT...]
 *		Runs a command, and waits for every process that it leaves behind.
 *
 * The tests kill servers and wait until their processes are gone.  A server is an
 * orphan, which process 1 should reap.  In containers, process 1 is often a program
 * that never does: the dead server stays a zombie, to which kill(pid, 0) succeeds,
 * and neither the tests nor the next server believe that it is dead.  Here orphans
 * become children of this program.  Its status is that of the command.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	pid_t		command;
	pid_t		dead;
	int			status;

	if (argc < 2 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
	{
		fprintf(stderr, "usage: adopt COMMAND [ARGUMENT...]\n");
		return 2;
	}

	command = fork();
	if (command < 0)
	{
		perror("fork");
		return 2;
	}
	if (command == 0)
	{
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}

	for (;;)
	{
		dead = waitpid(-1, &status, 0);
		if (dead == command)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		if (dead < 0 && errno != EINTR)
		{
			perror("waitpid");
			return 2;
		}
	}
}
