{{/* Jobs: the image has no shell, so that each step is one command line of probity. The steps are init containers, one
behind the other, and the last is the container. */}}

{{/* Takes (dict root job steps mounts): what a step asks the server with. */}}
{{- define "probity.step" -}}
{{- with .root }}
{{ include "probity.serverImage" . }}
env:
  - {name: PROBITY_SERVER, value: {{ include "probity.server" . | quote }}}
  {{- if ne .Values.tls.mode "none" }}
  - {name: PROBITY_CA, value: /etc/probity/client/ca.crt}
  - {name: PROBITY_CERT, value: /etc/probity/client/tls.crt}
  - {name: PROBITY_KEY, value: /etc/probity/client/tls.key}
  {{- end }}
securityContext:
  {{- include "probity.containerSecurity" . | nindent 2 }}
resources:
  {{- toYaml .Values.jobs.resources | nindent 2 }}
{{- end }}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
  {{- if ne .root.Values.tls.mode "none" }}
  - {name: client, mountPath: /etc/probity/client, readOnly: true}
  {{- end }}
  {{- with .mounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Takes (dict root job steps mounts volumes retried): the template of a pod. `steps` are lists of arguments;
`volumes` is YAML text. */}}
{{- define "probity.jobPod" -}}
{{- $last := last .steps }}
metadata:
  labels:
    {{- include "probity.labels" (list .root .job) | nindent 4 }}
    probity.dev/calls-server: "true"
spec:
  {{- include "probity.pod" .root | nindent 2 }}
  restartPolicy: Never
  {{- with initial .steps }}
  initContainers:
    {{- range $i, $arguments := . }}
    - name: step-{{ $i }}
      command: {{ toRawJson (prepend $arguments "/usr/bin/probity") }}
      {{- include "probity.step" $ | nindent 6 }}
    {{- end }}
  {{- end }}
  containers:
    - name: probity
      command: {{ toRawJson (prepend $last "/usr/bin/probity") }}
      {{- include "probity.step" . | trim | nindent 6 }}
  volumes:
    - name: tmp
      emptyDir: {sizeLimit: {{ .root.Values.jobs.tmpSize }}}
    {{- if ne .root.Values.tls.mode "none" }}
    - name: client
      secret: {secretName: {{ include "probity.clientSecret" (list .root .job) }}, defaultMode: 0400}
    {{- end }}
    {{- with .volumes }}
    {{- . | nindent 4 }}
    {{- end }}
{{- end }}

{{/* Takes (dict root job name schedule steps mounts volumes suspend). */}}
{{- define "probity.cronJob" }}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ include "probity.fullname" .root }}-{{ .name }}
  labels:
    {{- include "probity.labels" (list .root .job) | nindent 4 }}
spec:
  schedule: {{ .schedule | quote }}
  timeZone: {{ .root.Values.jobs.timeZone }}
  suspend: {{ or .root.Values.restore.enabled .suspend | default false }}
  concurrencyPolicy: Forbid
  # One that was due while the cluster was down is made up for within the hour.
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 3
  jobTemplate:
    metadata:
      labels:
        {{- include "probity.labels" (list .root .job) | nindent 8 }}
    spec:
      backoffLimit: 3
      activeDeadlineSeconds: {{ .root.Values.jobs.deadlineSeconds }}
      {{- if eq .job "import" }}
      # 2: the command is wrong. 3: the load is held for a second person or refused, or the server stayed away for longer
      # than the command waits. Neither gets better by trying at once.
      podFailurePolicy:
        rules:
          - action: FailJob
            onExitCodes: {containerName: probity, operator: In, values: [2, 3]}
          - action: Ignore
            onPodConditions: [{type: DisruptionTarget, status: "True"}]
      {{- end }}
      template:
        {{- include "probity.jobPod" . | nindent 8 }}
{{- end }}
