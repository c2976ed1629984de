// Hosts a model as any JavaScript program would: it knows nothing of smnb, and is told of
// the backend by environment variables alone. Usage: node walk.mjs model.tar.gz
import { readFileSync } from "node:fs";
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  waitUntilObjectExists,
} from "@aws-sdk/client-s3";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  SageMakerClient,
  waitUntilEndpointDeleted,
  waitUntilEndpointInService,
} from "@aws-sdk/client-sagemaker";
import {
  InvokeEndpointAsyncCommand,
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  SageMakerRuntimeClient,
} from "@aws-sdk/client-sagemaker-runtime";

const Bucket = "walk-js";
const patience = { maxWaitTime: 60, minDelay: 0.1, maxDelay: 0.2 };
const s3 = new S3Client();
const sagemaker = new SageMakerClient();
const runtime = new SageMakerRuntimeClient();
const seen = {};

await s3.send(new CreateBucketCommand({ Bucket }));
const archive = readFileSync(process.argv[2]);
await s3.send(new PutObjectCommand({ Bucket, Key: "model.tar.gz", Body: archive }));
await s3.send(new PutObjectCommand({ Bucket, Key: "in/1", Body: "later", ContentType: "text/plain" }));
const listed = await s3.send(new ListObjectsV2Command({ Bucket }));
seen.keys = listed.Contents.map((object) => object.Key);

await sagemaker.send(
  new CreateModelCommand({
    ModelName: "walk-js",
    ExecutionRoleArn: "arn:aws:iam::000000000000:role/walk",
    PrimaryContainer: { Image: "echo", ModelDataUrl: `s3://${Bucket}/model.tar.gz` },
  }),
);

const host = async (EndpointName, asynchronous) => {
  const variant = {
    VariantName: "AllTraffic",
    ModelName: "walk-js",
    InstanceType: "ml.m5.large",
    InitialInstanceCount: 1,
  };
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: EndpointName,
      ProductionVariants: [variant],
      ...asynchronous,
    }),
  );
  await sagemaker.send(
    new CreateEndpointCommand({ EndpointName, EndpointConfigName: EndpointName }),
  );
  await waitUntilEndpointInService({ client: sagemaker, ...patience }, { EndpointName });
};

await host("walk-js");
const answer = await runtime.send(
  new InvokeEndpointCommand({ EndpointName: "walk-js", ContentType: "text/csv", Body: "1,2,3" }),
);
seen.answer = answer.Body.transformToString();
seen.contentType = answer.ContentType;

const stream = await runtime.send(
  new InvokeEndpointWithResponseStreamCommand({
    EndpointName: "walk-js",
    ContentType: "text/csv",
    Body: "4,5,6",
  }),
);
seen.streamed = "";
for await (const event of stream.Body) {
  seen.streamed += Buffer.from(event.PayloadPart.Bytes).toString();
}
seen.streamType = stream.ContentType;

await host("walk-js-async", {
  AsyncInferenceConfig: { OutputConfig: { S3OutputPath: `s3://${Bucket}/out` } },
});
const accepted = await runtime.send(
  new InvokeEndpointAsyncCommand({
    EndpointName: "walk-js-async",
    InputLocation: `s3://${Bucket}/in/1`,
  }),
);
const Key = new URL(accepted.OutputLocation).pathname.slice(1);
await waitUntilObjectExists({ client: s3, ...patience }, { Bucket, Key });
const output = await s3.send(new GetObjectCommand({ Bucket, Key }));
seen.later = await output.Body.transformToString();

for (const EndpointName of ["walk-js", "walk-js-async"]) {
  await sagemaker.send(new DeleteEndpointCommand({ EndpointName }));
  await waitUntilEndpointDeleted({ client: sagemaker, ...patience }, { EndpointName });
  await sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: EndpointName }));
}
await sagemaker.send(new DeleteModelCommand({ ModelName: "walk-js" }));
const left = await s3.send(new ListObjectsV2Command({ Bucket }));
const Objects = left.Contents.map((object) => ({ Key: object.Key }));
await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
try {
  await sagemaker.send(new DescribeEndpointCommand({ EndpointName: "walk-js" }));
} catch (error) {
  seen.afterwards = error.name;
}

console.log(JSON.stringify(seen));
