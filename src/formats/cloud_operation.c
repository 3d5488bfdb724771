/* What managed clusters are made to do, as their clouds' command lines give it: GKE operations, EKS updates, Azure and AWS activity. */
#include "formats/episode.h"
#include "formats/formats_all.h"

/*
 * gcloud container operations list|describe --format json (container.googleapis.com v1, Operation); aws eks describe-update
 * (docs.aws.amazon.com/eks/latest/APIReference/API_Update.html: no time of the end is told); az monitor activity-log list
 * (learn.microsoft.com, Activity log event schema: an event for each step of an operation); AWS CloudTrail records; cluster notifications of GKE
 * (UpgradeEvent, UpgradeInfoEvent: attributes of a Pub/Sub message whose payload is JSON in a text); az aks show|upgrade, which tells no time.
 */
static const struct episode_shape operations[] = {
	{.marks = {"\"operationType\"", "\"startTime\"", "\"targetLink\""}, .required = {"operationType", "startTime"},
		.id = {"name"}, .state = "status", .from = "startTime", .to = "endTime", .to_ends = true, .name = "operationType",
		.text = {"error/message", "statusMessage", "detail"},
		.fields = {{"operation", "operationType"}, {"reference", "name"}, {"target", "targetLink"}, {"target", "selfLink"},
			{"region", "location"}, {"region", "zone"}, {"error", "error/message"}}},
	{.marks = {"\"type_url\"", "UpgradeEvent\"", "\"payload\""}, .inner = "payload", .required = {"inner/operationStartTime"},
		.id = {"inner/operation"}, .from = "inner/operationStartTime", .name = "inner/resourceType", .text = {"inner/targetVersion"},
		.fields = {{"operation", "type_url"}, {"reference", "inner/operation"}, {"target", "inner/resource"}, {"cluster", "cluster_name"},
			{"region", "cluster_location"}, {"version_from", "inner/currentVersion"}, {"version_to", "inner/targetVersion"}}},
	{.marks = {"\"type_url\"", "UpgradeInfoEvent\"", "\"payload\""}, .inner = "payload", .required = {"inner/state", "inner/resourceType"},
		.id = {"inner/operation"}, .state = "inner/state", .from = "inner/startTime", .to = "inner/endTime", .name = "inner/resourceType",
		.text = {"inner/description", "inner/targetVersion"},
		.fields = {{"operation", "type_url"}, {"reference", "inner/operation"}, {"target", "inner/resource"}, {"cluster", "cluster_name"},
			{"region", "cluster_location"}, {"version_from", "inner/initialVersion"}, {"version_to", "inner/targetVersion"}}},
	{.marks = {"\"type_url\"", "UpgradeEvent\"", "\"attributes\""}, .inner = "message/attributes/payload",
		.required = {"inner/operationStartTime"}, .id = {"inner/operation"}, .from = "inner/operationStartTime",
		.name = "inner/resourceType", .text = {"inner/targetVersion"},
		.fields = {{"operation", "message/attributes/type_url"}, {"reference", "inner/operation"}, {"target", "inner/resource"},
			{"cluster", "message/attributes/cluster_name"}, {"region", "message/attributes/cluster_location"},
			{"version_from", "inner/currentVersion"}, {"version_to", "inner/targetVersion"}}},
	{.marks = {"\"provisioningState\"", "Microsoft.ContainerService/", "\"kubernetesVersion\""},
		.required = {"provisioningState", "kubernetesVersion"}, .id = {"id"}, .state = "provisioningState", .name = "name",
		.text = {"provisioningState"},
		.fields = {{"cluster", "name"}, {"version_from", "currentKubernetesVersion"}, {"version_to", "kubernetesVersion"}, {"region", "location"}}},
	{.marks = {"\"update\"", "\"createdAt\"", "\"params\""}, .list = "update", .required = {"type", "createdAt"}, .id = {"id"},
		.state = "status", .from = "createdAt", .to = "endedAt", .name = "type", .text = {"errors/errorMessage"}, .pairs = "params",
		.fields = {{"operation", "type"}, {"reference", "id"}}},
	{.marks = {"\"eventTimestamp\"", "\"operationName\"", "\"resourceId\""}, .required = {"operationName", "eventTimestamp"},
		.id = {"eventDataId", "id"}, .state = "status/value", .from = "eventTimestamp", .name = "operationName/localizedValue",
		.text = {"properties/statusMessage", "description", "status/localizedValue"}, .level = {"level"},
		.fields = {{"operation", "operationName/value"}, {"reference", "correlationId"}, {"target", "resourceId"},
			{"caller", "caller"}, {"version_to", "properties/kubernetesVersion"}}},
	{.marks = {"\"eventSource\"", "\"eventName\"", "\"requestParameters\""}, .list = "Records",
		.required = {"eventSource", "eventTime"}, .id = {"eventID"}, .state = "errorCode", .from = "eventTime", .name = "eventName",
		.text = {"errorMessage", "userIdentity/arn"},
		.fields = {{"operation", "eventName"}, {"provider", "eventSource"}, {"caller", "userIdentity/arn"}, {"error", "errorCode"},
			{"cluster", "requestParameters/name"}, {"cluster", "requestParameters/clusterName"}, {"region", "awsRegion"},
			{"version_to", "requestParameters/version"}, {"volume", "requestParameters/volumeId"}}},
};
static const struct episode_format operation = {"cloud-operation", 80, operations, LEN(operations)};

const struct format format_cloud_operation = {
	.name = "cloud-operation",
	.blurb = "operations of managed clusters as JSON: GKE operations, EKS updates, Azure activity log, AWS CloudTrail",
	.data = &operation,
	.bid_with = episode_bid,
	.parse_with = episode_parse,
};
