package main

import (
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// dropPrivileges becomes the user of daemon.user when we are root: who is our user
// number. A user that does not exist, or root itself, leaves us as we are.
func dropPrivileges(who int, name string, log *slog.Logger) error {
	// Deviation: ExaBGP also tries with the group of root alone, as containers run
	// programs, and ends because it may not.
	if who != 0 {
		return nil
	}
	uid, gid, ok := lookUp(name)
	if !ok {
		log.Warn("going on as root: the user of daemon.user does not exist", "user", name)
		return nil
	}
	if uid == 0 {
		return nil
	}
	// Deviation: ExaBGP keeps the supplementary groups of root.
	if err := syscall.Setgroups([]int{gid}); err != nil {
		return fmt.Errorf("cannot become '%s': setgroups: %w", name, err)
	}
	if err := syscall.Setgid(gid); err != nil {
		return fmt.Errorf("cannot become '%s': setgid: %w", name, err)
	}
	if err := syscall.Setuid(uid); err != nil {
		return fmt.Errorf("cannot become '%s': setuid: %w", name, err)
	}
	if os.Getuid() != uid || os.Getgid() != gid {
		return fmt.Errorf("cannot become '%s': still %d:%d", name, os.Getuid(), os.Getgid())
	}
	log.Info("became another user", "user", name)
	return nil
}

// lookUp returns the numbers of a user.
func lookUp(name string) (uid, gid int, ok bool) {
	u, err := user.Lookup(name)
	if err != nil {
		return 0, 0, false
	}
	uid, errUser := strconv.Atoi(u.Uid)
	gid, errGroup := strconv.Atoi(u.Gid)
	return uid, gid, errUser == nil && errGroup == nil
}
