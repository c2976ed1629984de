"""Texts of failures as AWS, container servers and Python write them."""

PING = (
    "The primary container for production variant AllTraffic did not pass the ping "
    "health check. Please check CloudWatch logs for this endpoint."
)
TIMED_OUT = (
    'Received server error (0) from primary with message "Your invocation timed out '
    "while waiting for a response from container primary. Review the latency metrics "
    'for each container in Amazon CloudWatch, resolve the issue, and try again."'
)
QUOTA = (
    "An error occurred (ResourceLimitExceeded) when calling the CreateEndpoint "
    "operation: The account-level service limit 'ml.g5.xlarge for endpoint usage' is 0 "
    "Instances, with current utilization of 0 Instances and a request delta of 1 "
    "Instances. Please use AWS Service Quotas to request an increase for this quota."
)
DATA_ACCESS = (
    "Could not access model data at s3://models/churn/model.tar.gz. Please ensure that "
    'the role "arn:aws:iam::111122223333:role/run" exists and that its trust '
    'relationship policy allows the action "sts:AssumeRole" for the service principal '
    '"sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" permissions '
    "and that the object is located in us-east-1."
)
IMAGE_ACCESS = (
    'The role "arn:aws:iam::111122223333:role/run" does not have BatchGetImage '
    'permission for the image. The action "ecr:BatchGetImage" needs a permission.'
)

# rule, text, what cause and step must say
TEXTS = [
    ("no-program", "The model has no code/inference.py.", "code/inference.py"),
    (
        "no-program",
        "ModuleNotFoundError: No module named 'inference'",
        "model's folder",
    ),
    (
        "missing-package",
        "ModuleNotFoundError: No module named 'einops.layers'",
        "einops",
    ),
    ("missing-package", "ImportError: No module named sklearn", "scikit-learn"),
    (
        "missing-package",
        "ModuleNotFoundError: No module named 'cv2'",
        "Add opencv-python-headless to code/requirements.txt",
    ),
    (
        "missing-library",
        (
            "ImportError: libGL.so.1: cannot open shared object file: No such file or "
            "directory"
        ),
        "libGL.so.1",
    ),
    (
        "old-glibc",
        "/lib64/libc.so.6: version `GLIBC_2.34' not found (required by ./a.so)",
        "GLIBC_2.34",
    ),
    (
        "numpy-versions",
        (
            "ValueError: numpy.dtype size changed, may indicate binary incompatibility. "
            "Expected 96 from C header, got 88 from PyObject"
        ),
        "Pin numpy",
    ),
    ("numpy-versions", "ModuleNotFoundError: No module named 'numpy._core'", "numpy"),
    (
        "pickled-elsewhere",
        (
            "InconsistentVersionWarning: Trying to unpickle estimator LogisticRegression "
            "from version 1.3.2 when using version 1.5.1."
        ),
        "requirements.txt",
    ),
    (
        "pickled-elsewhere",
        "AttributeError: Can't get attribute 'Net' on <module '__main__' from 'x.py'>",
        "code/",
    ),
    (
        "version-mismatch",
        "ImportError: cannot import name 'soft_unicode' from 'markupsafe' (/opt/x.py)",
        "markupsafe has no soft_unicode",
    ),
    (
        "weights-mismatch",
        "RuntimeError: Error(s) in loading state_dict for ResNet:\n\tMissing key(s)",
        "ResNet",
    ),
    (
        "syntax-error",
        '  File "inference.py", line 3\nSyntaxError: invalid syntax',
        "line",
    ),
    (
        "no-handler",
        (
            "NotImplementedError: Please provide a model_fn implementation. See documentation "
            "for model_fn at https://sagemaker.readthedocs.io/"
        ),
        "model_fn(model_dir)",
    ),
    (
        "requirements-unmet",
        "ERROR: No matching distribution found for torhc==2.1",
        "torhc==2.1",
    ),
    (
        "no-internet",
        "OSError: We couldn't connect to 'https://huggingface.co' to load this file",
        "into the archive",
    ),
    (
        "no-cuda",
        (
            "RuntimeError: Found no NVIDIA driver on your system. Please check that you have "
            "an NVIDIA GPU"
        ),
        "map_location",
    ),
    (
        "no-cuda",
        (
            "RuntimeError: Attempting to deserialize object on a CUDA device but "
            "torch.cuda.is_available() is False."
        ),
        "map_location",
    ),
    (
        "gpu-memory",
        "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB",
        "smaller batches",
    ),
    ("disk-full", "OSError: [Errno 28] No space left on device", "5 GB"),
    (
        "read-only",
        "OSError: [Errno 30] Read-only file system: '/opt/ml/model/cache'",
        "/opt/ml/model/cache",
    ),
    (
        "worker-timeout",
        (
            "[2026-01-01 12:00:00 +0000] [17] [CRITICAL] WORKER TIMEOUT (pid:23)\n"
            "[ERROR] Worker (pid:23) was sent SIGKILL! Perhaps out of memory?"
        ),
        "SAGEMAKER_MODEL_SERVER_TIMEOUT",
    ),
    (
        "out-of-memory",
        "[ERROR] Worker (pid:23) was sent SIGKILL! Perhaps out of memory?",
        "memory_mb",
    ),
    (
        "out-of-memory",
        "MemoryError: Unable to allocate 8.00 GiB for an array",
        "memory",
    ),
    ("out-of-memory", "The container had insufficient memory.", "memory"),
    (
        "port-in-use",
        "OSError: [Errno 98] Address already in use",
        "8080",
    ),
    (
        "other-port",
        "[INFO] Listening at: http://127.0.0.1:8000 (7)",
        "0.0.0.0:8080",
    ),
    (
        "other-port",
        "INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)",
        "0.0.0.0:8080",
    ),
    ("architecture", "exec /usr/local/bin/serve: exec format error", "linux/amd64"),
    (
        "no-serve",
        'docker: Error: exec: "serve": executable file not found in $PATH: unknown.',
        "called serve",
    ),
    (
        "image-too-large",
        "Image size 12884901888 is greater than supported size 10737418240",
        "10 GB",
    ),
    ("image-access", IMAGE_ACCESS, "ecr:BatchGetImage"),
    (
        "image-missing",
        "Requested image 111122223333.dkr.ecr.us-east-1.amazonaws.com/churn:v1 not found.",
        "churn:v1",
    ),
    ("data-access", DATA_ACCESS, "s3:GetObject"),
    (
        "data-missing",
        "Could not find model data at s3://models/churn/model.tar.gz.",
        "s3://models/churn/model.tar.gz",
    ),
    (
        "bad-archive",
        (
            'Failed to extract model data archive from URL "s3://b/m.tar.gz". Please ensure '
            "that the object located at the URL is a valid tar.gz archive."
        ),
        ".tar.gz",
    ),
    (
        "key-access",
        (
            "User: arn:aws:sts::111122223333:assumed-role/run is not authorized to perform: "
            "kms:Decrypt on resource"
        ),
        "key's policy",
    ),
    (
        "role",
        (
            "Could not assume role arn:aws:iam::111122223333:role/run. Please ensure that the "
            "role exists and allows principal 'sagemaker.amazonaws.com' to assume the role."
        ),
        "trust policy",
    ),
    (
        "role",
        (
            "User: arn:aws:iam::111122223333:user/me is not authorized to perform: "
            "iam:PassRole on resource: arn:aws:iam::111122223333:role/run"
        ),
        "iam:PassRole",
    ),
    ("quota", QUOTA, "ml.g5.xlarge for endpoint usage"),
    ("quota", "ResourceLimitExceeded: too many models", "Service Quotas"),
    (
        "capacity",
        (
            "Unable to provision requested ML compute capacity due to InsufficientInstance"
            "Capacity error. Please retry using a different ML instance type."
        ),
        "another instance type",
    ),
    ("timed-out", TIMED_OUT, "3600 s"),
    (
        "content-type",
        (
            "UnsupportedFormatError: Content type application/foo is not supported by this "
            "framework."
        ),
        "ep.accepts",
    ),
    (
        "content-type",
        (
            "Received client error (415) from primary with message "
            '"Content-type must be one of: text/csv, text/libsvm."'
        ),
        "input_fn",
    ),
    (
        "input-shape",
        "ValueError: X has 4 features, but LogisticRegression is expecting 30 features",
        "same order",
    ),
    (
        "bad-json",
        "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "application/json",
    ),
    (
        "api-throttled",
        (
            "An error occurred (ThrottlingException) when calling the DescribeEndpoint "
            "operation (reached max retries: 4): Rate exceeded"
        ),
        "ask less often",
    ),
    (
        "throttled",
        (
            "An error occurred (ThrottlingException) when calling the InvokeEndpoint "
            "operation (reached max retries: 4): None"
        ),
        "max_concurrency",
    ),
    (
        "not-ready",
        "An error occurred (ModelNotReadyException) when calling the InvokeEndpoint",
        "Try again",
    ),
    (
        "missing-file",
        "FileNotFoundError: [Errno 2] No such file or directory: '/opt/ml/model/w.pt'",
        "/opt/ml/model/w.pt",
    ),
    (
        "died",
        (
            "Amazon SageMaker could not get a response from the churn endpoint. This can "
            "occur when CPU or memory utilization is high."
        ),
        "give it more",
    ),
    (
        "slow-start",
        f"{PING} It did not answer /ping within 480 s.",
        "startup_timeout_s",
    ),
    (
        "raised",
        "  | RuntimeError: the weights are missing (inference.py, line 3)",
        "raised RuntimeError: the weights are missing",
    ),
    ("ping", PING, "8080"),
]
