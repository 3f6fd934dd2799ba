package scenarios

import (
	"io/fs"
	"testing/fstest"
)

// overlay is a directory with some of its files replaced, added or, where the text is empty, left out.
type overlay struct {
	below fs.FS
	files map[string]string
}

// merged reads everything into memory: patterns are a few small files.
func (o overlay) merged() (fs.FS, error) {
	all := fstest.MapFS{}
	err := fs.WalkDir(o.below, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(o.below, name)
		all[name] = &fstest.MapFile{Data: text}
		return err
	})
	for name, text := range o.files {
		if text == "" {
			delete(all, name)
			continue
		}
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all, err
}
