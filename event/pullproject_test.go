package event_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/event"
)

// The reader below looks for what the adapter of product-microgateway does: the two files at the root by their
// whole names, the projects by the names that deployments.json has, and within one the parts of names
// (adapter/pkg/synchronizer/types.go, adapter/internal/api/models).

type descriptor struct {
	Type, Version string
	Data          struct {
		Deployments []struct {
			APIFile        string `json:"apiFile"`
			OrganizationID string `json:"organizationId"`
			Environments   []struct{ Name, Vhost, Type string }
		}
	}
}

type readProject struct {
	Type string
	Data struct {
		ID, Name, Context, Version, Type, LifeCycleStatus, OrganizationID string
		RevisionID                                                        int
		EndpointConfig                                                    struct {
			Production struct{ URL string } `json:"production_endpoints"`
		}
		Operations []struct{ Target, Verb string }
	}
}

func unzip(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(in); err != nil {
			t.Fatal(err)
		}
		in.Close()
	}
	return files
}

func fromJSON[T any](t *testing.T, what string, b []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%s: %v\n%s", what, err, b)
	}
	return v
}

// deployed says in words what a reader makes of a zip: an API a line.
func deployed(t *testing.T, b []byte) []string {
	t.Helper()
	root := unzip(t, b)
	properties := fromJSON[struct{ APIs map[string]any }](t, "env_properties.json", root["env_properties.json"])
	if properties.APIs == nil {
		t.Errorf("env_properties.json has no apis: %s", root["env_properties.json"])
	}
	var lines []string
	for _, d := range fromJSON[descriptor](t, "deployments.json", root["deployments.json"]).Data.Deployments {
		line := d.APIFile + " of " + d.OrganizationID + " at"
		for _, e := range d.Environments {
			line += fmt.Sprintf(" %s,%s,%s", e.Name, e.Vhost, e.Type)
		}
		var project readProject
		paths := 0
		for name, text := range unzip(t, root[d.APIFile]) {
			switch {
			case strings.Contains(name, "Definitions/swagger."):
				paths = len(fromJSON[struct{ Paths map[string]any }](t, name, text).Paths)
			case strings.Contains(name, "api.json"):
				project = fromJSON[readProject](t, name, text)
			}
		}
		p := project.Data
		if project.Type == "" || p.ID == "" || !strings.HasPrefix(p.EndpointConfig.Production.URL, "http://") {
			t.Errorf("%s: an adapter would refuse the project: %+v", d.APIFile, project)
		}
		lines = append(lines, fmt.Sprintf("%s: %s %s %s revision %d %s, %d of %d paths, %s", line, p.Type, p.Context, p.Version, p.RevisionID, p.LifeCycleStatus, len(p.Operations), paths, p.OrganizationID))
	}
	return lines
}

func TestProjectsForEnvoy(t *testing.T) {
	apis := []event.API{
		{UUID: "7c6a", Name: "pizza", Version: "1.0.0", Context: "/pizza/1.0.0", Status: "PUBLISHED", Labels: []string{"Default", "EU"}, Revision: 3, Tier: "Gold",
			Resources: []event.Resource{{Template: "/menu", Verb: "GET"}, {Template: "/order", Verb: "POST", Tier: "10KPerMin"}, {Template: "/order", Verb: "GET", NoAuth: true}}},
		{UUID: "9d", Name: "hooks", Version: "2", Context: "/t/wso2.com/hooks/2", Status: "DEPRECATED", Labels: []string{"EU"}, Revision: 1, Type: "WEBSUB"},
	}
	p := &event.PullResponse{Path: event.PathArtifacts, Status: 200, Envoy: true, APIs: apis}
	once, err := event.AppendPull(nil, p)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"7c6a-3.zip of carbon.super at Default,localhost,hybrid EU,localhost,hybrid: HTTP /pizza 1.0.0 revision 3 PUBLISHED, 3 of 2 paths, carbon.super",
		"9d-1.zip of wso2.com at EU,localhost,hybrid: WEBSUB /t/wso2.com/hooks 2 revision 1 DEPRECATED, 0 of 0 paths, wso2.com",
	}
	if diff := cmp.Diff(want, deployed(t, once)); diff != "" {
		t.Errorf("what a reader makes of it (-want +got):\n%s", diff)
	}
	if again, _ := event.AppendPull(nil, p); !bytes.Equal(once, again) {
		t.Error("two zips of the same APIs differ")
	}
	if p.MediaType() != "application/zip" || p.Attachment() != "apis.zip" {
		t.Errorf("it is sent as %s, %s", p.MediaType(), p.Attachment())
	}
	p.Status = 404
	if body, err := event.AppendPull(nil, p); err != nil || p.MediaType() != "application/json" || !json.Valid(body) {
		t.Errorf("a refusal is no JSON: %s %s, %v", p.MediaType(), body, err)
	}
}
