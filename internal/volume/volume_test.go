package volume

import (
	"os"
	"strings"
	"testing"
)

// container is the mount table of a Docker container with volumes, shortened.
const container = `610 524 0:52 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a:/b,upperdir=/c
611 610 0:55 / /proc rw,nosuid - proc proc rw
612 610 0:56 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k
615 610 254:1 /docker/volumes/ba_data/_data /data rw,relatime master:9 - ext4 /dev/vda1 rw
616 610 254:1 /docker/volumes/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/_data /anonymous rw - ext4 /dev/vda1 rw
617 610 0:60 / /share rw - nfs4 host:/export rw
618 610 254:1 /var/lib/kubelet/pods/1/volumes/kubernetes.io~empty-dir/scratch /scratch rw - ext4 /dev/vda1 rw
619 610 0:70 / /with\040space rw - xfs /dev/vdb rw
620 610 0:71 / /hidden rw - ext4 /dev/vdc rw
621 610 0:72 / /hidden rw - tmpfs tmpfs rw`

func TestEachMountIsJudged(t *testing.T) {
	mounts, err := readMounts(strings.NewReader(container))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]Finding{
		"/app/data":         {Lifetime: Fleeting},
		"/data":             {Lifetime: Lasting},
		"/data/deeper":      {Lifetime: Lasting},
		"/database":         {Lifetime: Fleeting}, // not below /data
		"/dev/shm":          {Lifetime: Fleeting},
		"/anonymous/ba":     {Lifetime: Fleeting},
		"/share/ba":         {Lifetime: Lasting, Network: true},
		"/scratch":          {Lifetime: Fleeting},
		"/with space/files": {Lifetime: Lasting},
		"/hidden":           {Lifetime: Fleeting}, // the later mount hides the earlier
	} {
		got := judge(path, mounts, Place{})
		if got.Lifetime != want.Lifetime || got.Network != want.Network {
			t.Errorf("%s: got %+v, want %+v", path, got, want)
		}
		if got.Detail == "" || got.Lifetime == Fleeting && got.Remedy == "" {
			t.Errorf("%s: %+v does not say what to do", path, got)
		}
	}
}

func TestARootDiskLastsExceptOnPlatformsThatResetIt(t *testing.T) {
	mounts, err := readMounts(strings.NewReader("1 0 254:0 / / rw - ext4 /dev/vda rw\n2 1 254:9 / /data rw - ext4 /dev/vdb rw"))
	if err != nil {
		t.Fatal(err)
	}
	if got := judge("/srv/ba", mounts, Place{}); got.Lifetime != Lasting {
		t.Errorf("a machine of one's own: %+v", got)
	}
	for platform := range resetsRoot {
		if got := judge("/srv/ba", mounts, Place{Platform: platform}); got.Lifetime != Fleeting || got.Remedy != resetsRoot[platform] {
			t.Errorf("%s: %+v", platform, got)
		}
		if got := judge("/data/ba", mounts, Place{Platform: platform}); got.Lifetime != Lasting {
			t.Errorf("%s with a volume: %+v", platform, got)
		}
	}
	if got := judge("/data/ba", mounts, Place{Platform: "Railway", Volume: "/volume"}); got.Lifetime != Fleeting {
		t.Errorf("beside the volume: %+v", got)
	}
}

func TestAnUnreadableTableIsUnknown(t *testing.T) {
	if got := judge("/data", nil, Place{}); got.Lifetime != Unknown || got.Detail == "" {
		t.Errorf("got %+v", got)
	}
}

func TestAProbeLeavesNothingAndNamesNoPath(t *testing.T) {
	dir := t.TempDir()
	if err := Probe(dir); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	err := Probe(dir + "/absent")
	if err == nil || strings.Contains(err.Error(), dir) {
		t.Errorf("got %v", err)
	}
}

func TestThisMachineIsExamined(t *testing.T) {
	f, err := Examine(t.TempDir(), Place{})
	if err != nil || f.Detail == "" {
		t.Fatalf("got %+v, %v", f, err)
	}
}
