// SPDX-License-Identifier: Apache-2.0
// tile_walker: where each sum that leaves the array belongs.
//
// Tiles arrive in the order in which the feeder issues them, each as COLUMNS
// sums, the highest column first. Column p * filters + f holds filter f of a
// tile's pixel p. With cells of minima a pixel may have one column more, above
// its filters', which sums its activations: sum_columns of the layer's words.
// Outputs are of the sum that arrives in this clock.

`default_nettype none

module tile_walker #(
    parameter COLUMNS = 16,
    parameter W_COUNT = 16,
    parameter W_ADDR  = 24,
    parameter FIELDS  = 40,
    parameter CELL    = 0    // 1: layers may have columns that sum activations
) (
    input  wire                         clk,
    input  wire                         start,         // a layer begins: its fields are there
    input  wire [32*FIELDS-1:0]         fields,

    input  wire                         sums_valid,
    input  wire [$clog2(COLUMNS+1)-1:0] sums_column,

    output wire                         used,          // the column sums a filter
    output wire                         sum_of_x,      // the column sums the activations of the filters that follow
    output wire                         first_plane,
    output wire                         last_plane,
    output wire                         first_pixel,   // of its pooling window
    output wire                         last_pixel,
    output wire                         outside,       // the pixel is not on the convolved map
    output wire [W_ADDR-1:0]            fold_addr,
    output wire [W_ADDR-1:0]            shortcut_addr,
    output wire [W_ADDR-1:0]            out_addr,
    output wire                         layer_end      // the layer's last sum
);

localparam LEVELS = 7;   // loops 3 to 9 of the layer: those around a tile
localparam SUM_COLUMNS = 17;
localparam PLANE = 0, WINDOW_COLUMN = 1, WINDOW_ROW = 2, FILTER_TILE = 5;

// ---------------------------------------------------------------------------
// Fields

wire [LEVELS*W_COUNT-1:0] limit = fields[32*1+3*W_COUNT +: LEVELS*W_COUNT];

wire               sum_columns     = CELL != 0 & fields[SUM_COLUMNS];
wire [W_ADDR-1:0]  fold_base       = fields[32*20 +: W_ADDR];
wire [6:0]         tile_filters    = fields[32*23 +: 7];      // in a tile, and in a group's last one
wire [6:0]         last_filters    = fields[32*23+8 +: 7];
wire [6:0]         last_columns    = fields[32*23+16 +: 7];   // columns in use by them
wire [6:0]         tile_columns    = fields[32*23+24 +: 7];
wire [W_COUNT-1:0] y_origin        = fields[32*24+16 +: W_COUNT];
wire [W_COUNT-1:0] x_origin        = fields[32*24 +: W_COUNT];
wire [W_COUNT-1:0] conv_height     = fields[32*25+16 +: W_COUNT];
wire [W_COUNT-1:0] conv_width      = fields[32*25 +: W_COUNT];
wire [W_COUNT-1:0] window_down     = fields[32*26+16 +: W_COUNT];
wire [W_COUNT-1:0] window_right    = fields[32*26 +: W_COUNT];
wire [W_ADDR-1:0]  out_base        = fields[32*27 +: W_ADDR];
wire [W_ADDR-1:0]  out_right       = fields[32*28 +: W_ADDR];
wire [W_ADDR-1:0]  out_down        = fields[32*29 +: W_ADDR];
wire [W_ADDR-1:0]  group_filters   = fields[32*30 +: W_ADDR];
wire [W_ADDR-1:0]  out_top         = fields[32*31 +: W_ADDR];   // from a tile's first pixel to its last
wire [W_ADDR-1:0]  out_wrap        = fields[32*32 +: W_ADDR];   // from a pixel's first filter to its left neighbour's last, less one
wire [W_ADDR-1:0]  shortcut_base   = fields[32*33 +: W_ADDR];
wire [4*W_ADDR-1:0] shortcut_steps = {
    fields[32*37 +: W_ADDR], fields[32*36 +: W_ADDR], fields[32*35 +: W_ADDR], fields[32*34 +: W_ADDR]
};
wire [W_ADDR-1:0]  shortcut_top    = fields[32*38 +: W_ADDR];
wire [W_ADDR-1:0]  shortcut_wrap   = fields[32*39 +: W_ADDR];

wire [W_ADDR-1:0]  filters_on = {{W_ADDR-7{1'b0}}, tile_filters};

wire unused = &{1'b0, fields};

// ---------------------------------------------------------------------------
// The tile: its first pixel and filter

wire              tile_end = sums_valid & sums_column == {$clog2(COLUMNS+1){1'b0}};
wire [LEVELS-1:0] at_first, at_last, moves, steps;
wire [W_ADDR-1:0] tile_out, tile_shortcut, tile_filter;
wire [W_COUNT-1:0] innermost, y, x;

nest_counter #(.LEVELS(LEVELS), .W_COUNT(W_COUNT)) nest_counter_u (
    .clk       (clk),
    .start     (start),
    .advance   (tile_end),
    .limit     (limit),
    .innermost (innermost),
    .at_first  (at_first),
    .at_last   (at_last),
    .moves     (moves),
    .steps     (steps)
);

nest_value #(.LEVELS(LEVELS), .W(W_ADDR)) out_u (
    .clk(clk), .start(start), .advance(tile_end), .moves(moves), .steps(steps),
    .origin(out_base), .step({group_filters, filters_on, out_down, out_right, {3*W_ADDR{1'b0}}}), .value(tile_out)
);
nest_value #(.LEVELS(LEVELS), .W(W_ADDR)) shortcut_u (
    .clk(clk), .start(start), .advance(tile_end), .moves(moves), .steps(steps),
    .origin(shortcut_base), .step({group_filters, filters_on, shortcut_steps, {W_ADDR{1'b0}}}), .value(tile_shortcut)
);
nest_value #(.LEVELS(LEVELS), .W(W_ADDR)) filter_u (
    .clk(clk), .start(start), .advance(tile_end), .moves(moves), .steps(steps),
    .origin(fold_base), .step({group_filters, filters_on, {5*W_ADDR{1'b0}}}), .value(tile_filter)
);
nest_value #(.LEVELS(LEVELS), .W(W_COUNT)) y_u (
    .clk(clk), .start(start), .advance(tile_end), .moves(moves), .steps(steps),
    .origin(y_origin), .value(y),
    .step({{2*W_COUNT{1'b0}}, window_down, {W_COUNT{1'b0}}, {{W_COUNT-1{1'b0}}, 1'b1}, {2*W_COUNT{1'b0}}})
);
nest_value #(.LEVELS(LEVELS), .W(W_COUNT)) x_u (
    .clk(clk), .start(start), .advance(tile_end), .moves(moves), .steps(steps),
    .origin(x_origin), .value(x),
    .step({{3*W_COUNT{1'b0}}, window_right, {W_COUNT{1'b0}}, {{W_COUNT-1{1'b0}}, 1'b1}, {W_COUNT{1'b0}}})
);

// Rows above and columns left of the map are negative: large when unsigned.
assign outside     = y >= conv_height | x >= conv_width;
assign first_plane = at_first[PLANE];
assign last_plane  = at_last[PLANE];
assign first_pixel = at_first[WINDOW_COLUMN] & at_first[WINDOW_ROW];
assign last_pixel  = at_last[WINDOW_COLUMN] & at_last[WINDOW_ROW];
assign layer_end   = tile_end & &at_last;

wire unused_nest = &{1'b0, innermost, at_first[LEVELS-1:WINDOW_ROW+1]};

// ---------------------------------------------------------------------------
// The column: down from the tile's last filter of its last pixel. A column that
// sums activations counts as one more filter, for which no address moves.

wire [6:0] filters = at_last[FILTER_TILE] ? last_filters : tile_filters;
wire [6:0] columns = at_last[FILTER_TILE] ? last_columns : tile_columns;
wire [6:0] column  = {{7-$clog2(COLUMNS+1){1'b0}}, sums_column};
wire       top     = column + 1'b1 == columns;
wire       in_tile = sums_valid & column < columns;

wire [6:0]        filter_last = filters - 1'b1;
wire [6:0]        filter_top  = sum_columns ? filters : filter_last;   // of a pixel's highest column
wire [W_ADDR-1:0] to_last     = {{W_ADDR-7{1'b0}}, filter_last};

reg  [6:0]        filter_next;   // of the column below the one before
reg  [W_ADDR-1:0] fold_next, shortcut_next, out_next;

wire [6:0] filter = top ? filter_top : filter_next;
wire       wrap   = filter == 7'd0;

assign used          = in_tile & ~sum_of_x;
assign sum_of_x      = in_tile & sum_columns & filter == filters;
assign fold_addr     = top ? tile_filter + to_last : fold_next;
assign shortcut_addr = top ? tile_shortcut + shortcut_top + to_last : shortcut_next;
assign out_addr      = top ? tile_out + out_top + to_last : out_next;

always @(posedge clk) begin
    if (in_tile) begin
        filter_next   <= wrap ? filter_top : filter - 1'b1;
        fold_next     <= fold_addr;
        shortcut_next <= shortcut_addr;
        out_next      <= out_addr;
    end
    if (used) begin
        fold_next     <= wrap ? fold_addr + to_last : fold_addr - 1'b1;
        shortcut_next <= shortcut_addr - 1'b1 - (shortcut_wrap & {W_ADDR{wrap}});
        out_next      <= out_addr - 1'b1 - (out_wrap & {W_ADDR{wrap}});
    end
end

endmodule

`default_nettype wire
