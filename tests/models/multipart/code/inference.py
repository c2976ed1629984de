"""Takes a multipart/form-data body and answers with the size of each of its parts."""

from email import message_from_bytes

ACCEPTS = ("multipart/form-data", "image/jpeg")


def model_fn(model_dir):
    return len


def input_fn(body, content_type):
    message = message_from_bytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    )
    return [part.get_payload(decode=True) for part in message.get_payload()]


def predict_fn(parts, size):
    return [size(part) for part in parts]
