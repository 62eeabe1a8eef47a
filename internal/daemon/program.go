package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Programs is where helper programs are looked for.
type Programs struct {
	Conf string // folder of the configuration file
	CWD  string // working directory at the start
	Path string // $PATH
	Etc  string // $EXABGP_ETC; "" when unset
}

// find returns the path of a program that can be run. ExaBGP: of several places
// that have it, the last wins.
func (p *Programs) find(word string) (string, error) {
	found := ""
	for _, path := range p.candidates(word) {
		if _, err := os.Stat(path); err == nil {
			found = path
		} else if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) && found == "" {
			return "", fmt.Errorf("can not access program \"%s\": %s", word, cause(err))
		}
	}
	if found == "" {
		return "", fmt.Errorf("can not locate the program \"%s\"", word)
	}
	return found, runnable(found)
}

func (p *Programs) candidates(word string) []string {
	if filepath.IsAbs(word) {
		return []string{word}
	}
	if rest, ok := strings.CutPrefix(word, "etc/exabgp/"); ok {
		places := []string{filepath.Join("/etc/exabgp", rest), filepath.Join(p.CWD, word)}
		if p.Etc != "" {
			places = append(places, filepath.Join(p.Etc, rest))
		}
		return places
	}
	places := []string{filepath.Join("/etc/exabgp", word), filepath.Join(p.Conf, word)}
	for _, dir := range filepath.SplitList(p.Path) {
		if dir != "" {
			places = append(places, filepath.Join(dir, word))
		}
	}
	return places
}

// executable is X_OK of access(2).
const executable = 1

// runnable says why a file cannot be a helper.
func runnable(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("can not access program \"%s\": %s", path, cause(err))
	}
	info, err := f.Stat()
	f.Close()
	switch {
	case err != nil:
		return fmt.Errorf("can not access program \"%s\": %s", path, cause(err))
	case info.IsDir():
		return fmt.Errorf("can not execute directories \"%s\"", path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("program must be a regular file \"%s\"", path)
	case info.Mode()&fs.ModeSetuid != 0:
		return fmt.Errorf("refusing to run setuid programs \"%s\"", path)
	case info.Mode()&fs.ModeSetgid != 0:
		return fmt.Errorf("refusing to run setgid programs \"%s\"", path)
	case syscall.Access(path, executable) != nil:
		return fmt.Errorf("can not run the program \"%s\": it is not executable for this user", path)
	}
	return nil
}

// cause is an error without the path that the sentence names already.
func cause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
