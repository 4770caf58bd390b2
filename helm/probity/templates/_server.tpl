{{/* The server's container, what it runs and what is mounted; init containers and the restore have the same. */}}

{{- define "probity.serverMounts" -}}
- {name: config, mountPath: /etc/probity/config, readOnly: true}
- {name: data, mountPath: /var/lib/probity}
- {name: tmp, mountPath: /tmp}
{{- if .Values.evidence.volume.enabled }}
- {name: evidence, mountPath: /var/lib/probity-evidence}
{{- end }}
{{- if .Values.backup.enabled }}
- {name: backup, mountPath: /var/lib/probity-backup}
{{- end }}
{{- if not .Values.evidence.generatedKey }}
- {name: evidence-key, mountPath: /etc/probity/evidence-key, readOnly: true}
{{- end }}
{{- if ne .Values.tls.mode "none" }}
- {name: tls, mountPath: /etc/probity/tls, readOnly: true}
{{- with .Values.tls.clientCA }}
{{- if and .enabled (or .secretName .configMapName) }}
- {name: client-ca, mountPath: /etc/probity/client-ca, readOnly: true}
{{- end }}
{{- end }}
{{- if .Values.tls.crl.configMapName }}
- {name: crl, mountPath: /etc/probity/crl, readOnly: true}
{{- end }}
{{- end }}
{{- if or .Values.access.bindings .Values.access.existingConfigMap }}
- {name: access, mountPath: /etc/probity/access, readOnly: true}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Directories and not single files, so that what is renewed in a Secret or ConfigMap arrives. */}}
{{- define "probity.serverVolumes" -}}
{{- $name := include "probity.fullname" . -}}
- name: config
  configMap: {name: {{ $name }}-config}
- name: data
  persistentVolumeClaim: {claimName: {{ include "probity.dataClaim" . }}}
- name: tmp
  emptyDir: {sizeLimit: {{ .Values.tmpSize }}}
{{- if .Values.evidence.volume.enabled }}
- name: evidence
  persistentVolumeClaim: {claimName: {{ include "probity.evidenceClaim" . }}}
{{- end }}
{{- if .Values.backup.enabled }}
- name: backup
  persistentVolumeClaim: {claimName: {{ include "probity.backupClaim" . }}}
{{- end }}
{{- if not .Values.evidence.generatedKey }}
- name: evidence-key
  secret: {secretName: {{ include "probity.evidenceKeySecret" . }}, defaultMode: 0400}
{{- end }}
{{- if ne .Values.tls.mode "none" }}
- name: tls
  secret: {secretName: {{ include "probity.tlsSecret" . }}, defaultMode: 0400}
{{- with .Values.tls.clientCA }}
{{- if and .enabled .secretName }}
- name: client-ca
  secret: {secretName: {{ .secretName }}, items: [{key: {{ .key }}, path: {{ .key }}}]}
{{- else if and .enabled .configMapName }}
- name: client-ca
  configMap: {name: {{ .configMapName }}}
{{- end }}
{{- end }}
{{- with .Values.tls.crl.configMapName }}
- name: crl
  configMap: {name: {{ . }}}
{{- end }}
{{- end }}
{{- if or .Values.access.bindings .Values.access.existingConfigMap }}
- name: access
  configMap: {name: {{ default (printf "%s-access" $name) .Values.access.existingConfigMap }}}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Takes (list root name list-of-arguments): a container that runs probityd with the server's settings. */}}
{{- define "probity.serverContainer" -}}
{{- $root := index . 0 -}}
{{- with $root -}}
name: {{ index $ 1 }}
{{ include "probity.serverImage" . }}
command:
  - /usr/bin/probityd
  - --config=/etc/probity/config/probityd.textproto
  {{- if eq .Values.tls.mode "none" }}
  - --insecure
  {{- end }}
  {{- range index $ 2 }}
  - {{ . | quote }}
  {{- end }}
{{- with .Values.extraEnv }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "probity.containerSecurity" . | nindent 2 }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
volumeMounts:
  {{- include "probity.serverMounts" . | nindent 2 }}
{{- end }}
{{- end }}
