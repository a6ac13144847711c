package volume

import "golang.org/x/sys/windows"

// Free returns how many bytes an ordinary user may still write in dir.
func Free(dir string) (uint64, error) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, reason("ask for free space", err)
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return 0, reason("ask for free space", err)
	}
	return free, nil
}
