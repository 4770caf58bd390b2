package dev.probity.client;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.probity.v1.BatchScreenItem;
import dev.probity.v1.BatchScreenSuppliersRequest;
import java.util.UUID;

/** Ids that requests carry, so that they can be sent again and are done once. */
final class RequestIds {
  private RequestIds() {}

  /**
   * The request with an id wherever it lacks one. A copy: the same message sent twice by the caller is two requests,
   * and never answered with what the first one found.
   */
  @SuppressWarnings("unchecked") // A builder builds its own type.
  static <Q> Q added(Q request) {
    if (request instanceof BatchScreenSuppliersRequest batch) {
      return (Q) toItems(batch);
    }
    if (request instanceof Message message) {
      FieldDescriptor field = fieldOf(message);
      if (field != null && message.getField(field).equals("")) {
        return (Q) message.toBuilder().setField(field, newId()).build();
      }
    }
    return request;
  }

  /** The id that a request carries; "" where it has none. */
  static String of(Object request) {
    FieldDescriptor field = request instanceof Message message ? fieldOf(message) : null;
    return field == null ? "" : (String) ((Message) request).getField(field);
  }

  private static FieldDescriptor fieldOf(Message message) {
    return message.getDescriptorForType().findFieldByName("request_id");
  }

  private static BatchScreenSuppliersRequest toItems(BatchScreenSuppliersRequest batch) {
    BatchScreenSuppliersRequest.Builder named = batch.toBuilder();
    for (BatchScreenItem.Builder item : named.getItemsBuilderList()) {
      if (item.getRequest().getRequestId().isEmpty()) {
        item.getRequestBuilder().setRequestId(newId());
      }
    }
    return named.build();
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }
}
