package live

import (
	"encoding/json"
	"errors"
	"fmt"

	"hubsim/event"
)

// placed is what is wrong with a body, with the byte of it where that is known.
func placed(err error) string {
	form, syntax, kind := (*event.FormError)(nil), (*json.SyntaxError)(nil), (*json.UnmarshalTypeError)(nil)
	switch {
	case errors.As(err, &form) && form.Offset > 0:
		return fmt.Sprintf("%v (byte %d)", err, form.Offset)
	case errors.As(err, &syntax):
		return fmt.Sprintf("%v (byte %d)", err, syntax.Offset)
	}
	if errors.As(err, &kind) {
		return fmt.Sprintf("member %q is of the wrong type: found a %s (byte %d)", kind.Field, kind.Value, kind.Offset)
	}
	return err.Error()
}
