{{/* What values.schema.json cannot say, because it is about several values. Each fault says what to set. */}}
{{- define "probity.validate" -}}
{{- $tls := .Values.tls -}}
{{- $issuers := .Values.settings.jwt_issuers -}}
{{- $faults := list -}}
{{- if and (eq $tls.mode "none") (not $tls.allowInsecure) -}}
{{- $faults = append $faults "tls.mode is none: who is on the way reads and changes everything. In a closed network set tls.allowInsecure=true too; else tls.mode secret or certManager" -}}
{{- end -}}
{{- if and (ne $tls.mode "none") $tls.allowInsecure -}}
{{- $faults = append $faults (printf "tls.allowInsecure is for tls.mode none, and tls.mode is %s: take one of them back" $tls.mode) -}}
{{- end -}}
{{- if and (ne $tls.mode "none") (not $tls.clientCA.enabled) (not $issuers) -}}
{{- $faults = append $faults "nobody could call: set tls.clientCA.enabled=true (client certificates), settings.jwt_issuers (signed tokens), or both" -}}
{{- end -}}
{{- if and $tls.clientCA.secretName $tls.clientCA.configMapName -}}
{{- $faults = append $faults "tls.clientCA.secretName and tls.clientCA.configMapName are both set: which of them holds the authorities?" -}}
{{- end -}}
{{- if and (not $tls.clientCA.enabled) (or $tls.requireClientCertificate $tls.crl.configMapName $tls.gatewayPrincipals) -}}
{{- $faults = append $faults "tls.requireClientCertificate, tls.crl and tls.gatewayPrincipals are about client certificates: set tls.clientCA.enabled=true" -}}
{{- end -}}
{{- if and (eq $tls.mode "certManager") (not $tls.certManager.issuerRef.name) -}}
{{- $faults = append $faults "tls.mode is certManager: set tls.certManager.issuerRef.name, the issuer of the certificates" -}}
{{- end -}}
{{- if and .Values.access.bindings .Values.access.existingConfigMap -}}
{{- $faults = append $faults "access.bindings and access.existingConfigMap are both set: which of them says who may do what?" -}}
{{- end -}}
{{- if and (not .Values.tls.clientCA.enabled) (ne $tls.mode "none") (include "probity.callers" . | fromYamlArray) -}}
{{- $faults = append $faults (printf "jobs of this chart call with client certificates: set tls.clientCA.enabled=true, or switch off what calls (%s)" (include "probity.callers" . | fromYamlArray | join ", ")) -}}
{{- end -}}
{{- with .Values.resources.limits -}}
{{- if .memory -}}
{{- if lt (include "probity.mebibytes" .memory | int64) 128 -}}
{{- $faults = append $faults (printf "resources.limits.memory is %v: a server needs 128Mi or more" .memory) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.restore.enabled (not .Values.backup.enabled) -}}
{{- $faults = append $faults "restore.enabled needs backup.enabled: the volume that holds the backups" -}}
{{- end -}}
{{- if and .Values.restore.enabled (not .Values.restore.store) (not .Values.restore.evidence) -}}
{{- $faults = append $faults "restore.enabled puts nothing back: set restore.store, restore.evidence, or both" -}}
{{- end -}}
{{- if and .Values.restore.acceptGap (not .Values.restore.evidence) -}}
{{- $faults = append $faults "restore.acceptGap is about an evidence log that is put back: set restore.evidence=true" -}}
{{- end -}}
{{- if and .Values.tests.restore (or .Values.evidence.generatedKey (not .Values.backup.enabled)) -}}
{{- $faults = append $faults "tests.restore needs backup.enabled, and the key in evidence.keySecret (evidence.generatedKey=false)" -}}
{{- end -}}
{{- if and .Values.mappings.files .Values.mappings.existingConfigMap -}}
{{- $faults = append $faults "mappings.files and mappings.existingConfigMap are both set: which of them holds the mappings?" -}}
{{- end -}}
{{- range .Values.policies.files -}}
{{- if and $.Values.policies.existingConfigMap .text -}}
{{- $faults = append $faults (printf "policies.files has a text for %s, and policies.existingConfigMap holds the texts: take one of them back" .name) -}}
{{- else if and (not $.Values.policies.existingConfigMap) (not .text) -}}
{{- $faults = append $faults (printf "policies.files has no text for %s: give it, or policies.existingConfigMap" .name) -}}
{{- end -}}
{{- end -}}
{{- $names := list -}}
{{- range $import := .Values.imports -}}
{{- if has .name $names -}}
{{- $faults = append $faults (printf "imports has %s twice: give each its own name" .name) -}}
{{- end -}}
{{- $names = append $names .name -}}
{{- $ways := list -}}
{{- range list "url" "fromSource" "files" -}}
{{- if get $import . -}}{{- $ways = append $ways . -}}{{- end -}}
{{- end -}}
{{- if ne (len $ways) 1 -}}
{{- $faults = append $faults (printf "imports: %s needs one of url, fromSource and files, and has %s" .name (join " and " $ways | default "none")) -}}
{{- end -}}
{{- if ne (empty .files) (empty .volume) -}}
{{- $faults = append $faults (printf "imports: %s needs files and the volume that they are in, both or none" .name) -}}
{{- end -}}
{{- if and (not .fromSource) (not .format) -}}
{{- $faults = append $faults (printf "imports: %s needs format (probity formats lists them)" .name) -}}
{{- end -}}
{{- end -}}
{{- with .Values.gateway -}}
{{- if .enabled -}}
{{- if and (eq $tls.mode "none") (eq .callers "certificate") -}}
{{- $faults = append $faults "gateway.callers is certificate, and certificates come by TLS: set tls.mode secret or certManager, or gateway.callers token" -}}
{{- end -}}
{{- if and (eq .callers "token") (not $issuers) -}}
{{- $faults = append $faults "gateway.callers is token, and the server takes none: set settings.jwt_issuers, or another gateway.callers" -}}
{{- end -}}
{{- if and (eq $tls.mode "secret") (eq .callers "certificate") (not $tls.gatewayPrincipals) -}}
{{- $faults = append $faults "gateway.callers is certificate: name the principal of the gateway's own certificate in tls.gatewayPrincipals" -}}
{{- end -}}
{{- if and .ingress.enabled (not .ingress.hosts) -}}
{{- $faults = append $faults "gateway.ingress.enabled needs gateway.ingress.hosts" -}}
{{- end -}}
{{- if and .httpRoute.enabled (not .httpRoute.parentRefs) -}}
{{- $faults = append $faults "gateway.httpRoute.enabled needs gateway.httpRoute.parentRefs" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $faults -}}
{{- fail (printf "\n  - %s" (join "\n  - " $faults)) -}}
{{- end -}}
{{- end }}
