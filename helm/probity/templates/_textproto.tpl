{{/* A map as text proto. Durations are those that proto3 JSON writes, "30s"; roles are enums. */}}
{{- define "probity.textproto" -}}
{{- range $key, $value := . }}
{{- if kindIs "slice" $value }}
{{- range $value }}{{ include "probity.textprotoField" (list $key .) }}{{ end }}
{{- else if not (kindIs "invalid" $value) }}
{{- include "probity.textprotoField" (list $key $value) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "probity.textprotoField" -}}
{{- $key := index . 0 -}}{{- $value := index . 1 -}}
{{- if kindIs "map" $value }}
{{ $key }} {
{{- include "probity.textproto" $value | trim | nindent 2 }}
}
{{- else if has $key (list "load_expiry" "reload_every" "clock_skew" "refresh_every" "every") }}
{{ $key }} { seconds: {{ trimSuffix "s" $value }} }
{{- else if eq $key "roles" }}
{{ $key }}: {{ $value }}
{{- else if kindIs "string" $value }}
{{ $key }}: {{ toRawJson $value }}
{{- else if kindIs "bool" $value }}
{{ $key }}: {{ $value }}
{{- else }}
{{ $key }}: {{ int64 $value }}
{{- end }}
{{- end }}

{{/* A quantity of Kubernetes in whole MiB: "1.5Gi" is 1536. */}}
{{- define "probity.mebibytes" -}}
{{- $text := toString . -}}
{{- $unit := regexFind "[A-Za-z]+$" $text -}}
{{- $factors := dict "" 1 "k" 1000 "M" 1000000 "G" 1000000000 "T" 1000000000000 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{ floor (divf (mulf (trimSuffix $unit $text) (get $factors $unit)) 1048576) | int64 }}
{{- end }}

{{- define "probity.dataDir" -}}
/var/lib/probity/{{ .Values.persistence.directory }}
{{- end }}
{{- define "probity.evidenceDir" -}}
/var/lib/probity{{ if .Values.evidence.volume.enabled }}-evidence{{ end }}/{{ .Values.evidence.directory }}
{{- end }}

{{/* The settings that the chart makes, and those of the user. */}}
{{- define "probity.config" -}}
{{- include "probity.validate" . -}}
{{- $config := dict "data_dir" (include "probity.dataDir" .) "evidence_dir" (include "probity.evidenceDir" .) -}}
{{- $_ := set $config "listen" (printf "%s:7443" .Values.listenAddress) -}}
{{- $_ := set $config "metrics_listen" (printf "%s:9464" .Values.listenAddress) -}}
{{- $_ := set $config "health_listen" (printf "%s:9465" .Values.listenAddress) -}}
{{- if not .Values.evidence.generatedKey -}}
{{- $_ := set $config "evidence_key_file" (printf "/etc/probity/evidence-key/%s" .Values.evidence.keySecret.key) -}}
{{- end -}}
{{- if .Values.backup.enabled -}}
{{- $_ := set $config "backup_dir" "/var/lib/probity-backup/backups" -}}
{{- end -}}
{{- if or .Values.access.bindings .Values.access.existingConfigMap -}}
{{- $_ := set $config "access_file" "/etc/probity/access/access.textproto" -}}
{{- end -}}
{{- with .Values.resources.limits -}}
{{- if .memory -}}
{{- $_ := set $config "memory_limit_mib" (include "probity.mebibytes" .memory | int64) -}}
{{- end -}}
{{- end -}}
{{- if eq .Values.tls.mode "none" -}}
{{- $_ := set $config "allow_insecure" true -}}
{{- else -}}
{{- $_ := set $config "tls" (include "probity.tlsConfig" . | fromYaml) -}}
{{- end -}}
{{ include "probity.textproto" (merge $config .Values.settings) | trim }}
{{- end }}

{{- define "probity.tlsConfig" -}}
{{- $gateways := .Values.tls.gatewayPrincipals -}}
{{- if and .Values.gateway.enabled (eq .Values.gateway.callers "certificate") (eq .Values.tls.mode "certManager") -}}
{{- $gateways = append $gateways (include "probity.spiffeId" (list . "gateway")) -}}
{{- end -}}
cert_file: /etc/probity/tls/tls.crt
key_file: /etc/probity/tls/tls.key
reload_every: {{ .Values.tls.reloadEvery }}
{{- with .Values.tls.clientCA }}
{{- if .enabled }}
client_ca_file: /etc/probity/{{ if or .secretName .configMapName }}client-ca{{ else }}tls{{ end }}/{{ .key }}
{{- end }}
{{- end }}
{{- if .Values.tls.crl.configMapName }}
crl_dir: /etc/probity/crl
{{- end }}
{{- if .Values.tls.crl.allowMissing }}
allow_missing_crl: true
{{- end }}
{{- if .Values.tls.requireClientCertificate }}
require_client_certificate: true
{{- end }}
{{- with $gateways }}
gateway_principals: {{ toJson . }}
{{- end }}
{{- end }}

{{/* Bindings of the user, and those of jobs whose principals the chart knows. */}}
{{- define "probity.access" -}}
{{- $bindings := .Values.access.bindings -}}
{{- if and .Values.access.bindJobs (eq .Values.tls.mode "certManager") -}}
{{- $roles := dict "backup" "ROLE_OPERATOR" "check" "ROLE_OPERATOR" "import" "ROLE_STEWARD" "policies" "ROLE_POLICY_EDITOR" "test" "ROLE_POLICY_EDITOR" -}}
{{- range $job := include "probity.callers" . | fromYamlArray -}}
{{- if hasKey $roles $job -}}
{{- $binding := dict "principals" (list (include "probity.spiffeId" (list $ $job))) "roles" (list (get $roles $job)) -}}
{{- if eq $job "import" -}}{{- $_ := set $binding "datasets" (list "*") -}}{{- end -}}
{{- $bindings = append $bindings $binding -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{ include "probity.textproto" (dict "bindings" $bindings) | trim }}
{{- end }}
