"""The rules that tell a cause from a text: the table; data alone.

The texts are those that AWS, container servers and Python really write. The first rule
that matches counts, so the more telling ones stand first: what a model printed before
the failed health check that it led to.
"""

from __future__ import annotations

from smnb._explain.rule import Rule

_IMPORTING = (
    Rule(
        "no-program",
        r"has no code/[\w./]*\.py|No module named 'inference'|"
        r"can't open file '[^']*inference\.py'|(?i:no program)",
        "The archive holds no program that answers requests.",
        "Put code/inference.py into the model's folder (not inference.py beside it), "
        "or name what serves in the image's place, and deploy again.",
    ),
    Rule(
        "no-cuda",
        r"Found no NVIDIA driver|No CUDA GPUs are available|CUDA driver version is "
        r"insufficient|not compiled with CUDA|torch\.cuda\.is_available\(\) is False|"
        r"lib(?:cuda|cudart|cudnn|cublas)[\w.]*: cannot open|no kernel image is "
        r"available for execution",
        "The model asks for a GPU (CUDA) that it does not find here.",
        'Load with map_location="cpu", or choose an instance with a GPU '
        '(RealTime("ml.g5.xlarge")) and an image built for it; serverless has none.',
    ),
    Rule(
        "numpy-versions",
        r"numpy\.dtype size changed|compiled using NumPy 1\.x cannot be run|"
        r"_ARRAY_API not found|numpy\._core",
        "The model's packages were built for another NumPy than the one installed.",
        "Pin numpy in code/requirements.txt to the version that the model was saved "
        "with.",
    ),
    Rule(
        "missing-package",
        r"No module named '?([\w.]+)'?",
        "inference.py imports {0}, which is not installed in the container.",
        "Add {1} to code/requirements.txt, or install it where deploy() runs, and "
        "deploy again.",
    ),
    Rule(
        "missing-library",
        r"(?:ImportError|OSError): (lib[\w.+-]+): cannot open shared object file",
        "A Python package needs {0}, a library of the system that the image lacks.",
        "Use the package's build without it (opencv-python-headless for libGL), or an "
        "image that has {0}: smnb.container().",
    ),
    Rule(
        "old-glibc",
        r"version `(GLIBC(?:XX)?_[\d.]+)' not found",
        "A compiled package needs {0}; the image's system is older.",
        "Pin an earlier version of that package, or choose a newer image.",
    ),
    Rule(
        "pickled-elsewhere",
        r"unsupported pickle protocol|Trying to unpickle estimator|"
        r"Can't get attribute '\w+' on <module|invalid load key|incompatible dtype",
        "The model was saved with other code or other versions than load it here.",
        "Save it with the versions of the image (pin them in code/requirements.txt), "
        "and put the classes that it needs into code/.",
    ),
    Rule(
        "version-mismatch",
        r"cannot import name '(\w+)' from '([\w.]+)'",
        "{1} has no {0} in the version that is installed.",
        "Pin the version of {1} that the code was written for in code/requirements.txt.",
    ),
    Rule(
        "weights-mismatch",
        r"Error\(s\) in loading state_dict for (\w+)",
        "The weights do not fit the class {0} that code/ defines.",
        "Put the code that the weights were trained with into code/, and deploy again.",
    ),
    Rule(
        "syntax-error",
        r"SyntaxError|IndentationError|TabError",
        "A file of the model's code is not valid Python for the image's version.",
        "Correct the code at the line that the log names, and deploy again.",
    ),
    Rule(
        "no-handler",
        r"defines no model_fn|[Pp]lease provide a model_fn implementation|"
        r"transform_fn excludes|has no predict\(\)",
        "inference.py lacks a function that the server calls.",
        "Define model_fn(model_dir) and, unless the model has predict(), "
        "predict_fn(data, model).",
    ),
    Rule(
        "requirements-unmet",
        r"No matching distribution found for (\S+)|"
        r"code/requirements\.txt could not be installed \(([^)]+)\)|"
        r"requirements\.txt could not be installed",
        "code/requirements.txt asks for what cannot be installed. {0}{1}",
        "Correct its name or version; on AWS without internet (VPC, network "
        "isolation), put wheels into the archive.",
    ),
    Rule(
        "no-internet",
        r"couldn't connect to 'https://huggingface\.co'|Temporary failure in name "
        r"resolution|Failed to establish a new connection: \[Errno -?\d+\]|"
        r"Network is unreachable",
        "The model downloads something at its start, and reaches no network.",
        "Put the files into the archive, or give the endpoint's VPC a way out.",
    ),
)

_RESOURCES = (
    Rule(
        "gpu-memory",
        r"CUDA out of memory|OutOfMemoryError: CUDA|CUBLAS_STATUS_ALLOC_FAILED",
        "The GPU's memory does not hold the model and the batch.",
        "Send smaller batches, load in half precision, or take an instance with more "
        "GPU memory.",
    ),
    Rule(
        "disk-full",
        r"No space left on device|\[Errno 28\]",
        "The container's disk is full.",
        "Keep less in /tmp and in the archive: serverless has 5 GB whatever the "
        "memory; an instance takes up to 512 GB.",
    ),
    Rule(
        "read-only",
        r"Read-only file system: '([^']+)'|Permission denied: '(/[^']+)'",
        "The model writes to {0}{1}, where a container may not.",
        "Write to /tmp.",
    ),
    Rule(
        "worker-timeout",
        r"WORKER TIMEOUT \(pid:\d+\)",
        "gunicorn ended a worker that did not answer in its time: the model is slow to "
        "load or to predict.",
        "Load the model once, in model_fn; or allow more: "
        'Model(…, environment={{"SAGEMAKER_MODEL_SERVER_TIMEOUT": "300"}}).',
    ),
    Rule(
        "out-of-memory",
        r"(?i:insufficient memory|out of memory|OOMKilled|oom-kill|cannot allocate "
        r"memory|took more than its \d+ MB of memory)|\bMemoryError\b|DefaultCPUAllocator: can't allocate|"
        r"(?:exit(?:ed with)?|return) (?:code|status) (?:137|-9)\b|signal:? (?:9|SIGKILL)",
        "The model needs more memory than it has.",
        "Give it more: Serverless(memory_mb=…) or a larger instance.",
    ),
    Rule(
        "port-in-use",
        r"(?i:address already in use|connection in use)",
        "Two servers in the container want the same port.",
        "Start one server, on port 8080.",
    ),
    Rule(
        "other-port",
        r"(?:Listening at|Uvicorn running on|Running on|Serving HTTP on)[^\n]*?"
        r"(?:127\.0\.0\.1:\d+|localhost:\d+|[:\s](?!8080\b)\d{4,5}\b)",
        "The server does not listen where SageMaker asks: port 8080 on all interfaces.",
        "Start it on 0.0.0.0:8080 and answer GET /ping and POST /invocations.",
    ),
)

_PLACE = (
    Rule(
        "architecture",
        r"(?i:exec format error|cannot execute binary file)|does not match the "
        r"(?:detected|specified) (?:host )?platform|image manifest .* not supported",
        "The image was built for another processor than the instance has.",
        "Build it for x86-64: docker build --platform linux/amd64; or, of an arm64 "
        'image, choose a Graviton instance ("ml.c7g.large").',
    ),
    Rule(
        "no-serve",
        r'exec: "serve": executable file not found|serve: (?:command )?not found',
        "The image has no program called serve, which SageMaker starts.",
        "Add one, or write the container with smnb.container(model, folder).",
    ),
    Rule(
        "image-too-large",
        r"(?i:image size \S+ (?:is )?greater than)",
        "The image is larger than serverless takes: 10 GB.",
        "Choose a smaller image, or instances: RealTime(…).",
    ),
    Rule(
        "image-access",
        r"(?s)(?:ecr:GetDownloadUrlForLayer|ecr:BatchGetImage).*?permission|"
        r"not authorized to perform: ecr:|Please ensure that the execution role .* ECR",
        "The role may not read the image from ECR.",
        "Give the role ecr:BatchGetImage, ecr:GetDownloadUrlForLayer and "
        "ecr:BatchCheckLayerAvailability: smnb.iam_policy().",
    ),
    Rule(
        "image-missing",
        r"Requested image (\S+) not found|repository with name '([^']+)' does not exist",
        "There is no image {0}{1} in ECR.",
        "Push it, or correct image=; it must be in the endpoint's region.",
    ),
    Rule(
        "data-access",
        r"Could not access model data at (s3://\S+?)\.?(?:\s|$)|"
        r"not authorized to perform: s3:GetObject on resource: \"?([^\s\"]+)|"
        r"HeadObject operation: Forbidden",
        "The role may not read the model's archive from S3 {0}{1}",
        "Give the role s3:GetObject on that bucket (smnb.iam_policy()), and keep the "
        "bucket in the endpoint's region.",
    ),
    Rule(
        "data-missing",
        r"Could not find model data at (s3://\S+?)\.?(?:\s|$)|NoSuchKey",
        "The model's archive is not on S3 {0}",
        "Upload it again: deploy() does.",
    ),
    Rule(
        "bad-archive",
        r"Failed to extract model data archive|not a gzip file|"
        r"ReadError: (?:not a|file could not be opened)|invalid gzip header|"
        r"which points outside of it|a link or device; files are taken",
        "The model's archive cannot be unpacked.",
        "It must be a .tar.gz of the folder's content: let deploy() pack the folder.",
    ),
    Rule(
        "key-access",
        r"kms:Decrypt|kms:CreateGrant|KMS\.?(?:AccessDenied|DisabledException)",
        "The role may not use the KMS key.",
        "Allow kms:Decrypt and kms:CreateGrant to the role in the key's policy.",
    ),
    Rule(
        "role",
        r"(?i:could not assume role|cannot assume role|is not authorized to perform: "
        r"(?:iam:PassRole|sts:AssumeRole)|trust relationship)",
        "SageMaker may not act as the role.",
        "Let sagemaker.amazonaws.com assume it (trust policy), and yourself pass it "
        "(iam:PassRole): smnb.iam_policy().",
    ),
    Rule(
        "quota",
        r"service limit '([^']+)' is (\d+)",
        'The account\'s quota "{0}" is {1}.',
        "Ask for more in Service Quotas (Amazon SageMaker), delete what is not needed, "
        "or choose another instance type.",
    ),
    Rule(
        "quota",
        r"ResourceLimitExceeded|(?i:quota)[^\n]*exceed|(?i:limit exceeded)",
        "A quota of the account is used up.",
        "Ask for more in Service Quotas (Amazon SageMaker), delete what is not needed, "
        "or choose another instance type.",
    ),
    Rule(
        "capacity",
        r"(?i:insufficient\s?instance\s?capacity|unable to provision requested ML "
        r"compute capacity|capacityerror|insufficient capacity)",
        "AWS has no instance of this type free at the moment.",
        "Try again later, or choose another instance type or region.",
    ),
)

_CALLING = (
    Rule(
        "timed-out",
        r"(?i:invocation timed out)|ModelInvocationTimeExceeded|"
        r"timed out while waiting for a response",
        "The model took longer than a synchronous call may: 60 s.",
        "Make it faster, or call asynchronously, where a request may take up to "
        "3600 s: deploy(…, overflow=smnb.Async(…, timeout_s=3600)), "
        'then ep.invoke(x, route="s3").',
    ),
    Rule(
        "content-type",
        r"(?i:unsupported ?(?:media ?type|format ?error|content[- ]type))|"
        r"(?i:content[- ]type \S+ is not supported)|\(415\)|\b415 Unsupported|"
        r"(?i:content-type must be one of)",
        "The model does not take the content type that it was sent.",
        "Send content_type= one that it takes (ep.accepts), or handle this one in "
        "input_fn.",
    ),
    Rule(
        "input-shape",
        r"X has (\d+) features, but (\w+) is expecting (\d+)|feature_names mismatch|"
        r"mat1 and mat2 shapes cannot be multiplied|"
        r"Got invalid dimensions for input",
        "What was sent has another shape than the model was trained on.",
        "Send the columns that it was trained on, in the same order.",
    ),
    Rule(
        "bad-json",
        r"JSONDecodeError|Expecting value: line \d+ column \d+",
        "The model tried to read JSON, and what was sent is none.",
        'Send a dict or list, or text with content_type="application/json".',
    ),
    Rule(
        "api-throttled",
        r"Rate exceeded",
        "AWS slows down the calls of this account: too many API calls a second.",
        "Wait a moment; ask less often.",
    ),
    Rule(
        "throttled",
        r"ThrottlingException|TooManyRequests",
        "More requests were under way than the endpoint takes at once.",
        "Send fewer at once (ep.map does), or raise it: "
        "ep.update(max_concurrency=…); on instances, count=….",
    ),
    Rule(
        "not-ready",
        r"ModelNotReadyException",
        "Capacity was still starting.",
        "Try again in a minute.",
    ),
    Rule(
        "missing-file",
        r"FileNotFoundError: [^\n]*?'([^']+)'|No such file or directory: '?([^'\s]+)",
        "The model opens {0}{1}, which is not in its archive.",
        "Put it into the model's folder, and open it by model_dir.",
    ),
    Rule(
        "died",
        r"could not get a response from the \S+ endpoint",
        "The model's process ended, or hung, in the middle of a request.",
        "Look at the last lines of ep.logs(); memory is the usual reason: give it more.",
    ),
    Rule(
        "slow-start",
        r"did not answer /ping within (\S+ s)|ContainerStartupHealthCheckTimeout",
        "The container was not up in the time that it has. {0}",
        "Load less at the start, or allow more: startup_timeout_s= of RealTime or "
        "Async; serverless has 180 s.",
    ),
    Rule(
        "raised",
        r"(?:^|[\s|\"])((?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception)): ([^\n]+)",
        "The model's code raised {0}: {1}",
        "Correct it at the line that the log names, and deploy again.",
    ),
    Rule(
        "ping",
        r"did not pass the ping health check",
        "The container did not answer /ping with 200 in time.",
        "Its log says why: see the lines above. It must listen on port 8080 and answer "
        "GET /ping within 2 s. Then deploy again.",
    ),
)

RULES = (*_IMPORTING, *_RESOURCES, *_PLACE, *_CALLING)
