package scenarios

import "testing"

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		template, path string
		want           bool
	}{
		{"/menu", "/menu", true}, {"/menu", "/menus", false}, {"/menu", "/menu/1", false}, {"/menu/{id}", "/menu/7", true},
		{"/menu/{id}", "/menu/", false}, {"/menu/{id}/price", "/menu/7/price", true}, {"/*", "/any/thing", true}, {"/*", "", false},
		{"/menu/*", "/menu/1/2", true}, {"/menu/*", "/other/1", false}, {"/{kind}/*", "/menu/1", true},
	} {
		if got := covers(c.template, c.path); got != c.want {
			t.Errorf("%s takes %s: %v", c.template, c.path, got)
		}
	}
}
