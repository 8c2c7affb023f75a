// SPDX-License-Identifier: Apache-2.0
// Cores whose cells hold weights against the reference: random networks, data and holds; and the same cores with sums
// that stay.

import { describe, it } from 'vitest';
import { HOLDING_CONFIGURATIONS, HOLDING_MINIMUM_CONFIGURATIONS } from '../support/configurations.ts';
import { shouldObeyTheReference } from '../support/core-property.ts';

describe.each(Object.entries({ ...HOLDING_CONFIGURATIONS, ...HOLDING_MINIMUM_CONFIGURATIONS }))(
  'core %s',
  (name, configuration) => {
    it.each(['weight', 'output'] as const)(
      'should compute the reference integers and count as the closed form does: %s',
      async (schedule) => {
        await shouldObeyTheReference({ name: `${name} ${schedule}`, configuration, schedule });
      },
    );
  },
);
