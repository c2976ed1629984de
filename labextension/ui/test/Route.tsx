import * as React from 'react';

import { plain, size } from '../format';
import { useHost } from '../host';
import { Segmented } from '../parts';
import type { RouteName, RoutePlan } from '../shapes';
import { scaleOf } from './routeScale';

const ROUTES: readonly RouteName[] = ['direct', 'split', 's3'];

/** Which way it goes, its size against the limit, and why: before anything is sent. */
export function Route(props: {
  plan: RoutePlan;
  /** Whether the user chose the route: then that alone is the reason. */
  isChosen: boolean;
  onRoute: (route: RouteName) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { plan, isChosen, onRoute } = props;
  const names: Record<RouteName, string> = {
    direct: t('Direct'),
    split:
      plan.route === 'split' && plan.parts !== null
        ? t('Split into %1', plain(plan.parts))
        : t('Split'),
    s3: t('Via S3')
  };
  return (
    <>
      <h3 className="smnb-heading smnb-route-heading">{t('Route')}</h3>
      <Segmented
        label={t('Route')}
        value={plan.route}
        onChange={onRoute}
        options={ROUTES.map(route => {
          const possible = plan.possible.includes(route);
          return {
            value: route,
            label: names[route],
            ...(!possible && {
              disabled: true,
              title: t('This payload cannot go this way.')
            })
          };
        })}
      />
      <RouteBar plan={plan} />
      {!isChosen && <p className="smnb-body smnb-route-why">{plan.why}</p>}
    </>
  );
}

/** The payload against the limit of a request, or its parts. */
export function RouteBar(props: { plan: RoutePlan }): React.ReactElement {
  const { t } = useHost();
  const { plan } = props;
  if (plan.route === 'split') {
    return <Parts plan={plan} />;
  }
  const scale = scaleOf(plan);
  const limit = t('%1 %2', size(plan.limit_bytes), plan.limit_name);
  return (
    <div
      className="smnb-route-bar"
      role="img"
      aria-label={t('%1 of %2', size(plan.bytes), limit)}
    >
      <div className="smnb-route-track">
        <span className="smnb-route-fill" style={{ width: `${scale.fill}%` }} />
        <span className="smnb-route-limit" style={{ left: `${scale.limit}%` }} />
        {scale.next !== null && <span className="smnb-route-limit" data-next="" />}
      </div>
      <div className="smnb-route-words">
        <span>{size(plan.bytes)}</span>
        <span
          className="smnb-route-limit-words"
          style={{ right: `${100 - scale.limit}%` }}
        >
          {limit}
        </span>
        {scale.next !== null && (
          <span
            className="smnb-right"
            title={t('One real-time request takes as much.')}
          >
            {size(scale.next)}
          </span>
        )}
      </div>
    </div>
  );
}

/** More parts than this cannot be told apart. */
const MOST_PARTS = 24;

function Parts(props: { plan: RoutePlan }): React.ReactElement {
  const { t } = useHost();
  const { parts, part_bytes, sent_bytes, limit_bytes } = props.plan;
  const sent = sent_bytes === null ? null : t('%1 of frames', size(sent_bytes));
  const each =
    parts === null
      ? t('limit %1', size(limit_bytes))
      : part_bytes === null
        ? t('%1 requests, limit %2', plain(parts), size(limit_bytes))
        : t('%1 × %2, limit %3', plain(parts), size(part_bytes), size(limit_bytes));
  return (
    <div
      className="smnb-route-bar"
      role="img"
      aria-label={[sent, each].filter(Boolean).join(', ')}
    >
      <div className="smnb-route-parts">
        {Array.from({ length: Math.min(parts ?? 1, MOST_PARTS) }, (_, i) => (
          <i key={i} />
        ))}
      </div>
      <div className="smnb-route-words">
        <span className="smnb-ellipsis" title={sent ?? undefined}>
          {sent}
        </span>
        <span className="smnb-right smnb-strong">{each}</span>
      </div>
    </div>
  );
}
