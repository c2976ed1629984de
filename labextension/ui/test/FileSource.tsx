import * as React from 'react';

import { useAnswer, useDeed } from '../answer';
import { duration, plain, size } from '../format';
import { useHost, type Host } from '../host';
import { Icon, IconButton, Link, ProblemNotice } from '../parts';
import type { Uploaded } from '../shapes';
import { useFocusKept } from '../useFocusKept';
import { looks, nameOf, type Picked } from './draft';
import { useDrops } from './useDrops';

/** A file to send: dropped, chosen, or dragged from the file browser. */
export function FileSource(props: {
  file: Picked | null;
  bytes: number | null;
  onFile: (file: Picked | null) => void;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { file, onFile } = props;
  const [over, setOver] = React.useState(false);
  const [sending, setSending] = React.useState<string | null>(null);
  const input = React.useRef<HTMLInputElement>(null);
  const upload = useDeed();
  const ref = useDrops(path => onFile({ path }), setOver);
  useFocusKept(ref, '.smnb-drop[tabindex], button', upload.busy ? 'busy' : file);
  const take = (files: FileList | null) => {
    const first = files?.[0];
    if (first) {
      setSending(t('Reading %1, %2…', first.name, size(first.size)));
      upload.run(async () => onFile({ uploaded: await host.upload(first) }));
    }
  };
  return (
    <div
      ref={ref}
      className="smnb-drop-zone"
      data-over={over || undefined}
      onDragOver={event => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t('File to send')}
        onChange={event => {
          take(event.target.files);
          // The same file may be chosen again.
          event.target.value = '';
        }}
      />
      {file && !upload.busy ? (
        <FileLine file={file} bytes={props.bytes} onRemove={() => onFile(null)} />
      ) : (
        <div
          className="smnb-drop"
          aria-busy={upload.busy || undefined}
          tabIndex={upload.busy ? -1 : undefined}
        >
          {upload.busy ? (
            sending
          ) : (
            <>
              {t('Drop a file here')}
              <br />
              {t('or')}{' '}
              <Link onClick={() => input.current?.click()}>{t('choose one')}</Link>
              <div className="smnb-small">
                {t('image, video, CSV, JSON, any bytes')}
              </div>
            </>
          )}
        </div>
      )}
      {upload.problem && <ProblemNotice problem={upload.problem} />}
    </div>
  );
}

function FileLine(props: {
  file: Picked;
  bytes: number | null;
  onRemove: () => void;
}): React.ReactElement {
  const { t } = useHost();
  const { file, bytes, onRemove } = props;
  const facts =
    'uploaded' in file
      ? uploadedWords(t, file.uploaded)
      : [bytes === null ? null : size(bytes), file.path].filter(Boolean).join(' · ');
  return (
    <div className="smnb-file">
      <Thumbnail file={file} />
      <div className="smnb-file-facts">
        <div className="smnb-ellipsis smnb-bold" title={nameOf(file)}>
          {nameOf(file)}
        </div>
        <div className="smnb-ellipsis smnb-small smnb-quiet" title={facts}>
          {facts}
        </div>
      </div>
      <IconButton icon="close" label={t('Remove file')} onClick={onRemove} />
    </div>
  );
}

/** `1.8 MB · JPEG 2048 × 1195`, `510 kB · 250 frames · 8.3 s`. */
export function uploadedWords(t: Host['t'], file: Uploaded): string {
  const type = file.content_type.split('/').pop()?.split(';')[0] ?? '';
  const kind = type.toUpperCase();
  const measures =
    file.width !== null && file.height !== null
      ? `${kind} ${file.width} × ${file.height}`
      : kind;
  const video = file.frames !== null || file.seconds !== null;
  return [
    size(file.bytes),
    video ? null : measures,
    file.frames === null ? null : t('%1 frames', plain(file.frames)),
    file.seconds === null
      ? null
      : file.seconds < 60
        ? `${plain(file.seconds, 1)}\u00a0s`
        : duration(file.seconds * 1000)
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The picture, or the first frame, in small. */
function Thumbnail(props: { file: Picked }): React.ReactElement {
  const { file } = props;
  const source =
    'path' in file
      ? { kind: 'path' as const, path: file.path }
      : { kind: 'upload' as const, id: file.uploaded.id };
  const args = looks(file) ? { source, index: 0 } : null;
  const { result } = useAnswer('frame', args, JSON.stringify(source));
  return (
    <div className="smnb-thumbnail" aria-hidden="true">
      {result ? (
        <img src={`data:image/jpeg;base64,${result.jpeg}`} alt="" />
      ) : (
        <Icon name="cube" />
      )}
    </div>
  );
}
