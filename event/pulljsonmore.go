package event

// apiMetadataJSON is our form: that of the product's metadata is not public.
type apiMetadataJSON struct {
	API      string   `json:"apiId"`
	Name     string   `json:"name"`
	Version  string   `json:"version"`
	Revision int      `json:"revisionId"`
	Labels   []string `json:"gatewayLabels"`
}

func metadataJSON(all []API) []apiMetadataJSON {
	rows := make([]apiMetadataJSON, len(all))
	for i, a := range all {
		rows[i] = apiMetadataJSON{a.UUID, a.Name, a.Version, a.Revision, append([]string{}, a.Labels...)}
	}
	return rows
}

// ParseRetrieve reads the body of POST /retrieve-api-artifacts: {"uuids":[…]}.
func ParseRetrieve(b []byte) ([]string, error) {
	var body struct {
		UUIDs *[]string `json:"uuids"`
	}
	if err := decode(PathRetrieve, b, &body); err != nil {
		return nil, err
	}
	if body.UUIDs == nil {
		return nil, &FormError{Doing: "read the body of " + string(PathRetrieve), Kind: ErrMalformed, Member: "uuids", Detail: "an array was expected"}
	}
	return append([]string{}, *body.UUIDs...), nil
}
