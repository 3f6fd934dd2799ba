package event

// Sequence names what gives rows of this kind their integer ids, as the product's script for PostgreSQL
// does (CA core.feature, multi-dc/Postgresql/apimgt/tables.sql), where the id is the primary key; "" of a
// row that has no such id.
func (r *Row) Sequence() string {
	switch {
	case r.API != nil:
		return "am_api_sequence"
	case r.Application != nil:
		return "am_application_sequence"
	case r.Subscription != nil:
		return "am_subscription_sequence"
	case r.Block != nil:
		return "am_block_conditions_seq"
	case r.Policy != nil:
		return policySequences[r.Policy.Level]
	}
	return ""
}

// policySequences are those of policies: each level has a table of its own.
var policySequences = map[Level]string{
	SubscriptionLevel: "am_policy_subscription_seq", ApplicationLevel: "am_policy_application_seq",
	APILevel: "am_api_throttle_policy_seq", CustomLevel: "am_policy_global_seq",
}

// ID is the row's integer id, 0 when it has none yet or is of a kind that has none.
func (r *Row) ID() int {
	if p := r.id(); p != nil {
		return *p
	}
	return 0
}

// WithID is the row with an integer id, its contents a copy.
func (r *Row) WithID(id int) Row {
	row := *r
	row.API, row.Application, row.Subscription = again(r.API), again(r.Application), again(r.Subscription)
	row.Policy, row.Block = again(r.Policy), again(r.Block)
	if p := row.id(); p != nil {
		*p = id
	}
	return row
}

func (r *Row) id() *int {
	switch {
	case r.API != nil:
		return &r.API.ID
	case r.Application != nil:
		return &r.Application.ID
	case r.Subscription != nil:
		return &r.Subscription.ID
	case r.Policy != nil:
		return &r.Policy.ID
	case r.Block != nil:
		return &r.Block.ID
	}
	return nil
}

// again copies what a pointer leads to.
func again[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}
