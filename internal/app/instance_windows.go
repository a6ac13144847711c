package app

import (
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/windows"
)

// fileNumber returns the number of a file on its disk, which a copy has not.
func fileNumber(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	var info windows.ByHandleFileInformation
	err = windows.GetFileInformationByHandle(windows.Handle(f.Fd()), &info)
	return strconv.FormatUint(uint64(info.FileIndexHigh)<<32|uint64(info.FileIndexLow), 10), errors.Join(err, f.Close())
}
