import { drawCharts } from './draw-charts.ts';
import { filterTables } from './filter-tables.ts';
import { labelCells } from './label-cells.ts';
import { sortTables } from './sort-tables.ts';
import { unfoldTargets } from './unfold-targets.ts';

// The page says everything without this: charts, sorting and a filter come on top.
labelCells(document);
sortTables(document);
filterTables(document);
drawCharts(document);
unfoldTargets(document);
