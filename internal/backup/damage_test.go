package backup_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// aFile is the bytes of a backup of a furnished office.
func aFile(t testing.TB) []byte {
	t.Helper()
	path, _ := newOffice(t, storetest.Engines()[0]).back(t, t.TempDir())
	return must(os.ReadFile(path))(t)
}

func headEnd(file []byte) int { return 16 + int(binary.BigEndian.Uint32(file[12:])) }

func TestAFileThatWasCutOrChangedIsRefusedWithASentence(t *testing.T) {
	whole := aFile(t)
	end := headEnd(whole)
	change := func(at int) []byte {
		b := bytes.Clone(whole)
		b[at] ^= 1
		return b
	}
	newer := bytes.Clone(whole)
	binary.BigEndian.PutUint32(newer[8:], 2)
	for name, c := range map[string]struct {
		file  []byte
		words string
	}{
		"nothing":                {nil, "not a backup"},
		"something else":         {[]byte("PK\x03\x04 an archive of some kind"), "not a backup"},
		"a newer format":         {newer, "newer version"},
		"cut in the head":        {whole[:end-3], "cut off"},
		"cut after the head":     {whole[:end], "cut off"},
		"cut in a length":        {whole[:end+2], "cut off"},
		"cut in a piece":         {whole[:end+1000], "cut off"},
		"without its last byte":  {whole[:len(whole)-1], "cut off"},
		"with a byte more":       {append(bytes.Clone(whole), 0), "altered or damaged"},
		"twice":                  {append(bytes.Clone(whole), whole...), "altered or damaged"},
		"a bit of a length":      {change(end + 2), "cut off"},
		"a bit in a piece":       {change(end + 200), "altered or damaged"},
		"a bit at the end":       {change(len(whole) - 1), "altered or damaged"},
		"not marked as the last": {change(end), "altered or damaged"},
	} {
		_, _, err := backup.Verify(t.Context(), bytes.NewReader(c.file), storetest.Master(t), silent)
		if c.words == "" || err == nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		t.Run(name, func(t *testing.T) { refused(t, err, ba.Invalid, c.words) })
	}
}

func TestNoBitOfAFileCanBeChangedUnnoticed(t *testing.T) {
	whole := aFile(t)
	for at := 0; at < len(whole); at += 37 {
		b := bytes.Clone(whole)
		b[at] ^= 1 << (at % 8)
		if _, _, err := backup.Verify(t.Context(), bytes.NewReader(b), storetest.Master(t), silent); err == nil {
			t.Errorf("a changed bit of byte %d of %d is not noticed", at, len(whole))
		}
	}
}

func TestAnotherMasterKeyOpensNothing(t *testing.T) {
	other := must(vault.NewLocalKey(bytes.Repeat([]byte{8}, vault.MasterKeySize)))(t)
	_, _, err := backup.Verify(t.Context(), bytes.NewReader(aFile(t)), other, silent)
	refused(t, err, ba.Invalid, "another master key")
}

func TestARestoreOfADamagedFileLeavesTheTargetAsItWas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		path, _ := o.back(t, t.TempDir())
		file := must(os.ReadFile(path))(t)
		before := counts(t, o.DB)
		o.close(t)
		r := restore(t, o.url, o)
		r.Replace = true
		_, err := r.Run(t.Context(), bytes.NewReader(file[:len(file)-20]))
		refused(t, err, ba.Invalid, "cut off")
		state := must(openState(t, o.url))(t)
		for i, c := range must(backup.CountRows(t.Context(), state.Snapshot))(t).Tables {
			if c != before[i] {
				t.Errorf("%s was changed", c.Table)
			}
		}
		ok(t, state.Close())
	})
}

// Each process that fuzzes has a whole file of its own, so that one which it is
// given may be whole too. Any change of its own must be noticed.
func FuzzVerify(f *testing.F) {
	whole := aFile(f)
	f.Add(whole, uint32(5), byte(1))
	f.Add(whole[:headEnd(whole)], uint32(headEnd(whole)), byte(128))
	f.Add([]byte("BABACKUP\x00\x00\x00\x01\x00\x00\x00\x02{}"), uint32(1<<20), byte(255))
	master := storetest.Master(f)
	f.Fuzz(func(t *testing.T, file []byte, at uint32, flip byte) {
		_, _, err := backup.Verify(t.Context(), bytes.NewReader(file), master, silent)
		if err != nil && ba.KindOf(err) != ba.Invalid {
			t.Errorf("no sentence for the operator: %v", err)
		}
		if flip == 0 {
			return
		}
		changed := bytes.Clone(whole)
		changed[int(at)%len(changed)] ^= flip
		_, _, err = backup.Verify(t.Context(), bytes.NewReader(changed), master, silent)
		refused(t, err, ba.Invalid, "")
	})
}

func FuzzRecords(f *testing.F) {
	for _, b := range backup.SomeRecords(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		if err := backup.Play(bytes.NewReader(stream)); err != nil && ba.KindOf(err) != ba.Invalid {
			t.Errorf("no sentence for the operator: %v", err)
		}
	})
}
