{{/* Names, labels and what all pods have. */}}

{{- define "probity.name" -}}
{{ default .Chart.Name .Values.nameOverride | trunc 30 | trimSuffix "-" }}
{{- end }}

{{/* The longest name that is made of it has 22 letters more, and a CronJob may have 52. */}}
{{- define "probity.fullname" -}}
{{- $name := include "probity.name" . -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 30 | trimSuffix "-" }}
{{- else if contains $name .Release.Name -}}
{{ .Release.Name | trunc 30 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name $name | trunc 30 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{/* Takes (list root component). */}}
{{- define "probity.selector" -}}
app.kubernetes.io/name: {{ include "probity.name" (index . 0) }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "probity.labels" -}}
{{ include "probity.selector" . }}
{{- with index . 0 }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end }}

{{/* Takes (list root image). */}}
{{- define "probity.image" -}}
{{- $root := index . 0 -}}{{- $image := index . 1 -}}
{{- with $image.registry }}{{ . }}/{{ end }}{{ $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ default $root.Chart.AppVersion $image.tag }}{{ end -}}
{{- end }}

{{- define "probity.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "probity.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end -}}
{{- end }}

{{/* Where jobs and gateway find the server; its certificate must have the name. */}}
{{- define "probity.server" -}}
{{ include "probity.fullname" . }}.{{ .Release.Namespace }}.svc:{{ .Values.service.port }}
{{- end }}

{{/* What the restricted Pod Security Standard asks of a pod, and where it may run. */}}
{{- define "probity.pod" -}}
serviceAccountName: {{ include "probity.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  {{- with int .Values.securityContext.runAsUser }}
  runAsUser: {{ . }}
  runAsGroup: {{ . }}
  {{- end }}
  {{- with int .Values.securityContext.fsGroup }}
  fsGroup: {{ . }}
  fsGroupChangePolicy: OnRootMismatch
  {{- end }}
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "probity.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "probity.serverImage" -}}
image: {{ include "probity.image" (list . .Values.image) | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end }}

{{/* Claims: those of the chart, or those that are there. */}}
{{- define "probity.dataClaim" -}}
{{ default (printf "%s-data" (include "probity.fullname" .)) .Values.persistence.existingClaim }}
{{- end }}
{{- define "probity.evidenceClaim" -}}
{{ default (printf "%s-evidence" (include "probity.fullname" .)) .Values.evidence.volume.existingClaim }}
{{- end }}
{{- define "probity.backupClaim" -}}
{{ default (printf "%s-backup" (include "probity.fullname" .)) .Values.backup.volume.existingClaim }}
{{- end }}

{{/* Secrets of the server and of the jobs. */}}
{{- define "probity.tlsSecret" -}}
{{ default (printf "%s-tls" (include "probity.fullname" .)) .Values.tls.secretName }}
{{- end }}
{{- define "probity.evidenceKeySecret" -}}
{{ default (printf "%s-evidence-key" (include "probity.fullname" .)) .Values.evidence.keySecret.name }}
{{- end }}
{{- define "probity.gatewaySecret" -}}
{{ default (printf "%s-gateway-tls" (include "probity.fullname" .)) .Values.gateway.tls.secretName }}
{{- end }}
{{/* Takes (list root job). */}}
{{- define "probity.clientSecret" -}}
{{- $root := index . 0 -}}{{- $job := index . 1 -}}{{- $name := include "probity.fullname" $root -}}
{{- if get $root.Values.client.perJob $job -}}
{{ get $root.Values.client.perJob $job }}
{{- else if eq $root.Values.tls.mode "certManager" -}}
{{ $name }}-{{ $job }}-client
{{- else -}}
{{ default (printf "%s-client" $name) $root.Values.client.secretName }}
{{- end -}}
{{- end }}
{{/* Principal of a job whose certificate the chart asks for. */}}
{{- define "probity.spiffeId" -}}
{{- $root := index . 0 -}}
spiffe://{{ $root.Values.tls.certManager.trustDomain }}/{{ $root.Release.Namespace }}/{{ $root.Release.Name }}/{{ index . 1 }}
{{- end }}

{{/* Jobs of this release that call the server, as a YAML list. */}}
{{- define "probity.callers" -}}
{{- $callers := list -}}
{{- if .Values.backup.enabled }}{{ $callers = append $callers "backup" }}{{ end -}}
{{- if .Values.check.enabled }}{{ $callers = append $callers "check" }}{{ end -}}
{{/* With tokens alone it shows no certificate. */}}
{{- if and .Values.gateway.enabled (or .Values.tls.clientCA.enabled (ne .Values.gateway.callers "token")) }}{{ $callers = append $callers "gateway" }}{{ end -}}
{{- if .Values.imports }}{{ $callers = append $callers "import" }}{{ end -}}
{{- if or .Values.policies.files .Values.policies.activate }}{{ $callers = append $callers "policies" }}{{ end -}}
{{- if .Values.tests.enabled }}{{ $callers = append $callers "test" }}{{ end -}}
{{ toYaml $callers }}
{{- end }}
