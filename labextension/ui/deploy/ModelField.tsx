import * as React from 'react';

import { plain } from '../format';
import { useHost } from '../host';
import { Button, Icon, Notice, useId } from '../parts';
import type { DeployForm } from '../shapes';
import { useDrops } from '../test/useDrops';

/** The model's folder, archive or address: typed, browsed for, or dragged in. */
export function ModelField(props: {
  path: string;
  form: DeployForm | null;
  asking: boolean;
  onPath: (path: string) => void;
}): React.ReactElement {
  const { t, browse } = useHost();
  const { path, form, asking, onPath } = props;
  const [typed, setTyped] = React.useState<string | null>(null);
  const [over, setOver] = React.useState(false);
  const id = useId('model');
  const ref = useDrops(onPath, setOver);
  const take = () => {
    if (typed !== null && typed.trim() !== path) {
      onPath(typed.trim());
    }
    setTyped(null);
  };
  return (
    <div ref={ref} className="smnb-deploy-field smnb-drop-zone">
      <label className="smnb-heading" htmlFor={id}>
        {t('Model')}
      </label>
      <div className="smnb-flex">
        <span className="smnb-field smnb-grow" data-over={over || undefined}>
          <input
            id={id}
            type="text"
            autoComplete="off"
            spellCheck={false}
            placeholder={t('a folder, an archive, s3://…')}
            value={typed ?? path}
            title={typed ?? path}
            onChange={event => setTyped(event.target.value)}
            onBlur={take}
            onKeyDown={event => {
              if (event.key === 'Enter') {
                take();
              }
            }}
          />
        </span>
        {browse && (
          <Button
            onClick={() => {
              void browse().then(chosen => {
                if (chosen !== null) {
                  setTyped(null);
                  onPath(chosen);
                }
              });
            }}
          >
            {t('Browse…')}
          </Button>
        )}
      </div>
      {form ? (
        <Checks form={form} />
      ) : (
        asking && <p className="smnb-small smnb-quiet">{t('Looking at the model…')}</p>
      )}
    </div>
  );
}

/** How many checks passed; those that did not, each with what would mend it. */
function Checks(props: { form: DeployForm }): React.ReactElement {
  const { t } = useHost();
  const { checks, framework } = props.form;
  const failed = checks.filter(check => !check.ok);
  const passed = checks.length - failed.length;
  const words = failed.length
    ? t('%1 of %2 checks passed', plain(passed), plain(checks.length))
    : passed === 1
      ? t('1 check passed')
      : t('%1 checks passed', plain(passed));
  return (
    <>
      <details className="smnb-checks">
        <summary className="smnb-small">
          <span
            className="smnb-checks-mark"
            data-failed={failed.length > 0 || undefined}
          >
            <Icon name={failed.length ? 'close' : 'check'} size={12} />
          </span>
          <span
            className="smnb-ellipsis"
            title={[words, framework].filter(Boolean).join(' · ')}
          >
            {words}
            {framework && <span className="smnb-quiet"> · {framework}</span>}
          </span>
        </summary>
        <ul className="smnb-small smnb-quiet">
          {checks
            .filter(check => check.ok)
            .map(check => (
              <li key={check.text}>{check.text}</li>
            ))}
        </ul>
      </details>
      {failed.map(check => (
        <Notice key={check.text} kind="error">
          <b>{check.text}</b> {check.fix}
        </Notice>
      ))}
    </>
  );
}
