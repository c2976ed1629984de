import * as React from 'react';

import { ofLab, useHost } from '../host';
import { Segmented } from '../parts';
import { FileSource } from './FileSource';
import type { Draft, Kind } from './draft';
import { TextSource } from './TextSource';

/** What to send: a file, text, or a variable of the notebook. */
export function Source(props: {
  draft: Draft;
  /** Size of what was chosen, as the plan says it. */
  bytes: number | null;
  accepts: string[] | null;
  onChange: (part: Partial<Draft>) => void;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const VariableSource = ofLab(host.VariableSource);
  const { draft, bytes, accepts, onChange } = props;
  const options: { value: Kind; label: string }[] = [
    { value: 'file', label: t('File') },
    { value: 'text', label: t('Text') },
    ...(VariableSource ? [{ value: 'variable' as const, label: t('Variable') }] : [])
  ];
  return (
    <div className="smnb-source">
      <Segmented
        label={t('What to send')}
        options={options}
        value={draft.kind}
        onChange={kind => onChange({ kind })}
      />
      {draft.kind === 'file' && (
        <FileSource
          file={draft.file}
          bytes={bytes}
          onFile={file => onChange({ file })}
        />
      )}
      {draft.kind === 'text' && (
        <TextSource
          text={draft.text}
          content_type={draft.content_type}
          accepts={accepts}
          onChange={(text, content_type) => onChange({ text, content_type })}
        />
      )}
      {draft.kind === 'variable' && VariableSource && (
        <VariableSource
          variable={draft.variable}
          onChange={variable => onChange({ variable })}
        />
      )}
    </div>
  );
}
