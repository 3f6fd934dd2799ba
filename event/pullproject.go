package event

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// The form in which a gateway of type Envoy pulls artifacts: a zip that holds deployments.json,
// env_properties.json and one zip, an API project, for each API (MicroGatewayArtifactGenerator.java). The
// adapter of product-microgateway reads it (adapter/pkg/synchronizer/apis_fetcher.go,
// adapter/internal/api/models).

// projectVersion is the version of the form that stands in each file (ImportExportConstants.java, APIM_VERSION).
const projectVersion = "v4.2.0"

// projectFile is the frame of each JSON file (CommonUtil.java, addTypeAndVersionToFile). Environments' own
// properties stand beside the data, under apis; here no API has any.
type projectFile struct {
	Type    string    `json:"type"`
	Version string    `json:"version"`
	Data    any       `json:"data,omitempty"`
	APIs    *struct{} `json:"apis,omitempty"`
}

// deploymentsJSON says which file is deployed where (DeploymentDescriptorDto.java, ApiProjectDto.java).
type deploymentsJSON struct {
	Deployments []deploymentJSON `json:"deployments"`
}

type deploymentJSON struct {
	File         string         `json:"apiFile"`
	Environments []projectPlace `json:"environments"`
	Organization Tenant         `json:"organizationId"`
}

// projectPlace is an environment of a deployment (EnvironmentDto.java). Type is left out of metadata.
type projectPlace struct {
	Name     string `json:"name"`
	Host     string `json:"vhost"`
	Deployed int64  `json:"deployedTimeStamp"`
	Type     string `json:"type,omitempty"`
}

// What every environment is here, since a row of an API has no more of it than its name.
const environmentHost, environmentType = "localhost", "hybrid"

// projectName is the name of an API's file, without its ending.
func projectName(a *API) string { return a.UUID + "-" + strconv.Itoa(a.Revision) }

// deploymentsOf describes where APIs are deployed: as metadata, or beside their projects in a zip.
func deploymentsOf(all []API, zipped bool) projectFile {
	of := deploymentsJSON{Deployments: make([]deploymentJSON, len(all))}
	for i := range all {
		d := deploymentJSON{File: projectName(&all[i]), Environments: []projectPlace{}, Organization: all[i].Tenant()}
		kind := ""
		if zipped {
			d.File, kind = d.File+".zip", environmentType
		}
		for _, label := range all[i].Labels {
			d.Environments = append(d.Environments, projectPlace{Name: label, Host: environmentHost, Type: kind})
		}
		of.Deployments[i] = d
	}
	return projectFile{Type: "deployments", Version: projectVersion, Data: of}
}

// appendProjects appends the zip of APIs. It is the same bytes for the same APIs.
func appendProjects(b []byte, all []API) ([]byte, error) {
	files := []zipFile{
		{name: "deployments.json", value: deploymentsOf(all, true)},
		{name: "env_properties.json", value: projectFile{Type: "env_properties", Version: projectVersion, APIs: &struct{}{}}},
	}
	for i := range all {
		project, err := project(&all[i])
		if err != nil {
			return b, err
		}
		files = append(files, zipFile{name: projectName(&all[i]) + ".zip", text: project})
	}
	text, err := zipped(files)
	return append(b, text...), err
}

// project is the zip of one API: api.json, and its resources as an OpenAPI definition, in a directory that
// has its name and version.
func project(a *API) ([]byte, error) {
	dir := a.Name + "-" + a.Version + "/"
	return zipped([]zipFile{
		{name: dir + "api.json", value: projectFile{Type: "api", Version: projectVersion, Data: projectOf(a)}},
		{name: dir + "Definitions/swagger.json", value: definitionOf(a)},
	})
}

// projectJSON holds those members of an exported API that the simulator knows and the adapter reads.
type projectJSON struct {
	ID           string           `json:"id"`
	Name         string           `json:"name"`
	Context      string           `json:"context"` // without the version
	Version      string           `json:"version"`
	Provider     string           `json:"provider"`
	Status       string           `json:"lifeCycleStatus"`
	Type         string           `json:"type"`
	Policy       *string          `json:"apiThrottlingPolicy"`
	Revision     int              `json:"revisionId"`
	Organization Tenant           `json:"organizationId"`
	Security     []string         `json:"securityScheme"`
	Endpoints    endpointJSON     `json:"endpointConfig"`
	Operations   []projectMapping `json:"operations"`
}

// projectMapping is a resource in an exported API.
type projectMapping struct {
	Target string   `json:"target"`
	Verb   string   `json:"verb"`
	Auth   string   `json:"authType"`
	Tier   string   `json:"throttlingPolicy"`
	Scopes []string `json:"scopes"`
}

// endpointJSON is where an API's backend is. There is none here: the name is one that never resolves
// (RFC 2606), because the adapter takes no API without an endpoint.
type endpointJSON struct {
	Type       string    `json:"endpoint_type"`
	Production targetURL `json:"production_endpoints"`
	Sandbox    targetURL `json:"sandbox_endpoints"`
}

type targetURL struct {
	URL string `json:"url"`
}

const noBackend = "http://backend.invalid"

func projectOf(a *API) projectJSON {
	out := projectJSON{ID: a.UUID, Name: a.Name, Context: strings.TrimSuffix(a.Context, "/"+a.Version), Version: a.Version, Provider: a.Provider,
		Status: a.Status, Type: apiType(a), Revision: a.Revision, Organization: a.Tenant(), Security: []string{"oauth2"},
		Endpoints: endpointJSON{"http", targetURL{noBackend}, targetURL{noBackend}}, Operations: make([]projectMapping, len(a.Resources))}
	if a.Tier != "" {
		out.Policy = &a.Tier
	}
	for i, r := range a.Resources {
		m := projectMapping{Target: r.Template, Verb: r.Verb, Auth: "Application & Application User", Tier: r.Tier, Scopes: []string{}}
		if m.Tier == "" {
			m.Tier = Unlimited
		}
		if r.NoAuth {
			m.Auth = noAuth
		}
		out.Operations[i] = m
	}
	return out
}

// definitionJSON is an OpenAPI definition of an API's resources.
type definitionJSON struct {
	OpenAPI string                              `json:"openapi"`
	Info    infoJSON                            `json:"info"`
	Paths   map[string]map[string]operationJSON `json:"paths"`
}

type infoJSON struct {
	Title   string `json:"title"`
	Version string `json:"version"`
}

type operationJSON struct {
	Responses map[string]answerJSON `json:"responses"`
	Tier      string                `json:"x-throttling-tier,omitempty"`
}

type answerJSON struct {
	Description string `json:"description"`
}

func definitionOf(a *API) definitionJSON {
	d := definitionJSON{"3.0.1", infoJSON{a.Name, a.Version}, map[string]map[string]operationJSON{}}
	for _, r := range a.Resources {
		if d.Paths[r.Template] == nil {
			d.Paths[r.Template] = map[string]operationJSON{}
		}
		d.Paths[r.Template][strings.ToLower(r.Verb)] = operationJSON{map[string]answerJSON{"200": {"ok"}}, r.Tier}
	}
	return d
}

// zipFile is a file of a zip: its text, or the JSON of a value.
type zipFile struct {
	name  string
	text  []byte
	value any
}

// zipped makes a zip. Its files have no times, so that it depends on nothing but what is in it.
func zipped(files []zipFile) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		text := f.text
		if f.value != nil {
			var err error
			if text, err = json.MarshalIndent(f.value, "", "  "); err != nil {
				return nil, &FormError{Doing: "write " + f.name, Kind: ErrNoForm, Detail: err.Error()}
			}
		}
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate})
		if err == nil {
			_, err = to.Write(text)
		}
		if err != nil {
			return nil, &FormError{Doing: "write " + f.name, Kind: ErrNoForm, Detail: err.Error()}
		}
	}
	if err := w.Close(); err != nil {
		return nil, &FormError{Doing: "write a zip of APIs", Kind: ErrNoForm, Detail: err.Error()}
	}
	return out.Bytes(), nil
}
