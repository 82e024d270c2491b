import { drawCharts } from './draw-charts.ts';
import { filterTables } from './filter-tables.ts';
import { sortTables } from './sort-tables.ts';

// The page says everything without this: charts, sorting and a filter come on top.
sortTables(document);
filterTables(document);
drawCharts(document);
