import * as React from 'react';

import { useAnswer } from '../answer';
import { latency, plain, size, usdFine } from '../format';
import { useHost, type Host } from '../host';
import type { TestReply, TestSource } from '../shapes';
import { AnswerText } from './AnswerText';
import { BoxOverlay, countWords } from './BoxOverlay';
import { Figures } from './Figures';
import { VideoAnswer } from './VideoAnswer';

/** What a test request came back with. */
export interface Replied {
  reply: TestReply;
  /** What was sent, if it can be looked at. */
  picture: TestSource | null;
  code: string | null;
}

/** An answer: on its picture or its video, its times, and as text. */
export function Answer(props: {
  replied: Replied;
  /** Sends what failed of it again. */
  onAgain: (() => void) | null;
}): React.ReactElement {
  const { t } = useHost();
  const { reply, picture, code } = props.replied;
  if (reply.frames !== null && reply.frames.length > 0) {
    return (
      <VideoAnswer
        reply={reply}
        frames={reply.frames}
        video={picture}
        code={code}
        onAgain={props.onAgain}
      />
    );
  }
  return (
    <>
      <section className="smnb-section">
        <div className="smnb-flex smnb-answer-head">
          <h3 className="smnb-heading">{t('Answer')}</h3>
          {reply.boxes.length > 0 && (
            <span className="smnb-right smnb-small smnb-quiet">
              {countWords(t, reply.boxes.length)}
            </span>
          )}
        </div>
        {picture && <Looked source={picture} reply={reply} />}
        <Figures values={figuresOf(t, reply)} />
      </section>
      <AnswerText
        text={reply.text}
        content_type={reply.content_type}
        truncated={reply.truncated}
        code={code}
      />
    </>
  );
}

function Looked(props: {
  source: TestSource;
  reply: TestReply;
}): React.ReactElement | null {
  const { source, reply } = props;
  const { result, problem } = useAnswer(
    'frame',
    { source, index: 0 },
    JSON.stringify(source)
  );
  return problem ? null : <BoxOverlay picture={result} boxes={reply.boxes} />;
}

/** `total 61 ms`, `answer 412 B`, `cost/1k $0.0030`. */
function figuresOf(t: Host['t'], reply: TestReply): [string, string | null][] {
  return [
    [t('total'), latency(reply.total_ms)],
    [t('answer'), reply.answer_bytes === null ? null : size(reply.answer_bytes)],
    [t('requests'), reply.parts > 1 ? plain(reply.parts) : null],
    [t('cost/1k'), reply.usd_per_1k === null ? null : usdFine(t, reply.usd_per_1k)]
  ];
}
