package event

import "strconv"

// GatewayNotice is what a gateway of 4.6 tells the control planes of itself (POST /notify-gateway;
// carbon-apimgt, GatewayNotifier.java): once that it is there, with its labels, then heartbeats.
type GatewayNotice struct {
	Gateway   NodeID
	Heartbeat bool
	At        Wall // the gateway's wall clock
	Labels    []string
}

// GatewayInstance is a row of AM_GW_INSTANCES with its environments: a gateway that has registered.
type GatewayInstance struct {
	Gateway NodeID
	Labels  []string
	Seen    Wall // At of its last notice
}

// The statuses that stand in answers (NotifyGatewayApiServiceImpl.java,
// NotifyApiDeploymentStatusApiServiceImpl.java).
const (
	GatewayRegistered   = "registered"
	GatewayAcknowledged = "acknowledged"
	StatusReceived      = "received"
)

const (
	payloadRegister  = "register"
	payloadHeartbeat = "heartbeat"
)

type noticeJSON struct {
	Payload string   `json:"payloadType"`
	Gateway NodeID   `json:"gatewayId"`
	At      Wall     `json:"timeStamp"`
	Labels  []string `json:"environmentLabels,omitempty"`
}

// AppendNotice appends the body of POST /notify-gateway.
func AppendNotice(b []byte, n *GatewayNotice) ([]byte, error) {
	row := noticeJSON{payloadRegister, n.Gateway, n.At, n.Labels}
	if n.Heartbeat {
		row.Payload, row.Labels = payloadHeartbeat, nil
	}
	return appendJSON(b, row)
}

// ParseNotice reads such a body.
func ParseNotice(b []byte) (*PullRequest, error) {
	var row noticeJSON
	if err := decode(PathGateway, b, &row); err != nil {
		return nil, err
	}
	bad := &FormError{Doing: "read the body of " + string(PathGateway), Kind: ErrMalformed}
	switch {
	case row.Payload != payloadRegister && row.Payload != payloadHeartbeat:
		bad.Member, bad.Detail = "payloadType", "register or heartbeat was expected, found "+strconv.Quote(row.Payload)
		return nil, bad
	case row.Gateway == "":
		bad.Member, bad.Detail = "gatewayId", "a name was expected"
		return nil, bad
	}
	return &PullRequest{Path: PathGateway, Notice: &GatewayNotice{
		Gateway: row.Gateway, Heartbeat: row.Payload == payloadHeartbeat, At: row.At, Labels: row.Labels,
	}}, nil
}

const (
	stateSuccess, stateFailure = "SUCCESS", "FAILURE"
	actionDeploy, actionRemove = "DEPLOY", "UNDEPLOY"
)

type stateJSON struct {
	Gateway  NodeID `json:"gatewayId"`
	API      string `json:"apiId"`
	Tenant   Tenant `json:"tenantDomain"`
	State    string `json:"deploymentStatus"`
	At       Wall   `json:"timeStamp"`
	Action   string `json:"action"`
	Revision string `json:"revisionId"` // a uuid in the product; here the revision's number
}

type statesJSON struct {
	Count int          `json:"count"`
	List  *[]stateJSON `json:"list"`
}

// AppendStates appends the body of POST /notify-api-deployment-status (DeploymentStatusNotifier.java).
func AppendStates(b []byte, all []DeployAck) ([]byte, error) {
	rows := make([]stateJSON, len(all))
	for i, a := range all {
		rows[i] = stateJSON{a.Gateway, a.API, Super, stateSuccess, a.At, actionDeploy, strconv.Itoa(a.Revision)}
		if a.Failed {
			rows[i].State = stateFailure
		}
		if a.Gone {
			rows[i].Action = actionRemove
		}
	}
	return appendJSON(b, statesJSON{len(rows), &rows})
}

// ParseStates reads such a body. The product passes over elements that lack a member that it needs, and
// says so in its log; here the whole body is refused, with the member.
func ParseStates(b []byte) (*PullRequest, error) {
	var body statesJSON
	if err := decode(PathStatus, b, &body); err != nil {
		return nil, err
	}
	bad := &FormError{Doing: "read the body of " + string(PathStatus), Kind: ErrMalformed}
	if body.List == nil || len(*body.List) == 0 {
		bad.Member, bad.Detail = "list", "at least one element was expected"
		return nil, bad
	}
	q := &PullRequest{Path: PathStatus}
	for _, row := range *body.List {
		revision, err := strconv.Atoi(row.Revision)
		switch {
		case row.Gateway == "":
			bad.Member, bad.Detail = "gatewayId", "a name was expected"
		case row.API == "":
			bad.Member, bad.Detail = "apiId", "a uuid was expected"
		case row.State != stateSuccess && row.State != stateFailure:
			bad.Member, bad.Detail = "deploymentStatus", "SUCCESS or FAILURE was expected, found "+strconv.Quote(row.State)
		case row.Action != actionDeploy && row.Action != actionRemove:
			bad.Member, bad.Detail = "action", "DEPLOY or UNDEPLOY was expected, found "+strconv.Quote(row.Action)
		case err != nil:
			bad.Member, bad.Detail = "revisionId", "a revision's number was expected, found "+strconv.Quote(row.Revision)
		}
		if bad.Member != "" {
			return nil, bad
		}
		q.States = append(q.States, DeployAck{
			Gateway: row.Gateway, API: row.API, Revision: revision, At: row.At, Failed: row.State == stateFailure, Gone: row.Action == actionRemove,
		})
	}
	return q, nil
}

// saidJSON is the answer to both.
type saidJSON struct {
	Status string `json:"status"`
}
