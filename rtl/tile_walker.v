// SPDX-License-Identifier: Apache-2.0
// tile_walker: where each sum that leaves the array belongs.
//
// Tiles arrive in the order in which the feeder issues them, each as COLUMNS
// sums, the highest column first. Column p * filters + f holds filter f of a
// tile's pixel p. With cells of minima a pixel may have one column more, above
// its filters', which sums its activations: sum_columns of the layer's words.
// Outputs are of the sum that arrives in this clock, or of the column whose sums
// arrive row by row up to the clock of `leave`.

`default_nettype none

module tile_walker #(
    parameter COLUMNS = 16,
    parameter W_SIDE  = 16,   // bits of a row or column of a map
    parameter W_ADDR  = 24,
    parameter FIELDS  = 40,
    parameter TILES   = 4,   // that were issued and whose sums have not left, at most
    parameter CELL    = 0,   // 1: layers may have columns that sum activations
    parameter STATIONARY = 0,   // 1: layers may turn words, so that columns are images
    parameter DIRECT  = 0    // 1: a layer's words come after the last sum of the layer before, but the first 20
) (
    input  wire                         clk,
    input  wire                         rst,
    input  wire                         start,         // a layer begins: its fields are there
    input  wire [32*FIELDS-1:0]         fields,
    input  wire                         word_write,    // `word` is the next layer's field `word_index`
    input  wire [5:0]                   word_index,
    input  wire [31:0]                  word,
    input  wire [$clog2(COLUMNS+1)-1:0] images,        // in the batch, where columns may be

    // With a tile's last tap: the loop that steps after it, 0 to 6 for loops 3 to 9, 7 where the layer ends; and
    // whether it is its group's last tile of filters.
    input  wire                         issued,
    input  wire [2:0]                   issued_step,
    input  wire                         issued_last,

    input  wire                         sums_valid,
    input  wire                         leave,         // the column's last clock
    input  wire [$clog2(COLUMNS+1)-1:0] sums_column,

    output wire                         used,          // the column sums a filter
    output wire                         sum_of_x,      // the column sums the activations of the filters that follow
    output reg                          first_plane,
    output wire                         last_plane,
    output reg                          first_pixel,   // of its pooling window
    output wire                         last_pixel,    // likewise, where it is the last plane
    output wire                         outside,       // the pixel is not on the convolved map
    output wire [W_ADDR-1:0]            fold_addr,
    output wire [W_ADDR-1:0]            shortcut_addr,
    output wire [W_ADDR-1:0]            out_addr,
    output wire                         layer_end      // the layer's last sum
);

localparam LEVELS = 7;   // loops 3 to 9 of the layer: those around a tile
localparam W_COLS = $clog2(COLUMNS + 1);
localparam SUM_COLUMNS = 17, TURNED = 18, EACH_IMAGE = 19;   // bits of word 0
localparam PLANE = 0, WINDOW_COLUMN = 1, WINDOW_ROW = 2;

// ---------------------------------------------------------------------------
// Fields

wire               sum_columns     = CELL == 1 & fields[SUM_COLUMNS];
wire               column_images   = STATIONARY != 0 & fields[TURNED] & fields[EACH_IMAGE];

// The first fold's address is kept by what walks from there, if it can be as soon as its word comes.
wire               begin_fold      = DIRECT != 0 ? word_write & word_index == 6'd20 : start;
wire [W_ADDR-1:0]  fold_base       = DIRECT != 0 ? word[W_ADDR-1:0] : fields[32*20 +: W_ADDR];
wire [W_SIDE-1:0]  y_origin        = fields[32*24+16 +: W_SIDE];
wire [W_SIDE-1:0]  x_origin        = fields[32*24 +: W_SIDE];

wire [W_COLS-1:0]  tile_filters    = fields[32*23 +: W_COLS];      // in a tile, and in a group's last one
wire [W_COLS-1:0]  last_filters    = fields[32*23+8 +: W_COLS];
wire [W_COLS-1:0]  last_columns    = fields[32*23+16 +: W_COLS];   // columns in use by them
wire [W_COLS-1:0]  tile_columns    = fields[32*23+24 +: W_COLS];
wire [W_SIDE-1:0] conv_height     = fields[32*25+16 +: W_SIDE];
wire [W_SIDE-1:0] conv_width      = fields[32*25 +: W_SIDE];
wire [W_SIDE-1:0] window_down     = fields[32*26+16 +: W_SIDE];
wire [W_SIDE-1:0] window_right    = fields[32*26 +: W_SIDE];
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

wire [W_ADDR-1:0]  filters_on = {{W_ADDR-W_COLS{1'b0}}, tile_filters};

wire unused = &{1'b0, fields, word_write, word_index, word, images};

// ---------------------------------------------------------------------------
// The tile

wire              tile_end = sums_valid & leave & sums_column == {W_COLS{1'b0}};
wire [2:0]        next_step;
wire              next_last;
reg  [LEVELS-1:0] moves, steps;   // of the tile
reg               last_tile;

tile_queue #(.W(4), .TILES(TILES)) tile_queue_u (
    .clk   (clk),
    .rst   (rst),
    .push  (issued),
    .in    ({issued_last, issued_step}),
    .pop   (tile_end),
    .next  ({next_last, next_step})
);

integer l;
always @(posedge clk) begin
    last_tile <= next_last;
    for (l = 0; l < LEVELS; l = l + 1) begin
        steps[l] <= next_step == l[2:0];
        moves[l] <= next_step >= l[2:0];
    end
end

// Of the tile's last pixel, the last filter that a tile may have; for folds, its first filter.
wire [W_ADDR-1:0]  tile_out, next_out, tile_shortcut, next_shortcut, tile_filter, next_filter;
wire [W_SIDE-1:0] y, next_y, x, next_x;
wire [W_ADDR-1:0]  last_filter = filters_on - 1'b1;

// Where it begins: sums of words that, if they come alone, are there long before `start`.
wire [W_ADDR-1:0]  first_out      = out_base + out_top + last_filter;
wire [W_ADDR-1:0]  first_shortcut = shortcut_base + shortcut_top + last_filter;
wire [W_ADDR-1:0]  out_origin, shortcut_origin;

generate if (DIRECT != 0) begin : gen_kept
    reg [W_ADDR-1:0] out_kept, shortcut_kept;

    always @(posedge clk) begin
        out_kept      <= first_out;
        shortcut_kept <= first_shortcut;
    end

    assign out_origin      = out_kept;
    assign shortcut_origin = shortcut_kept;
end else begin : gen_passed
    assign out_origin      = first_out;
    assign shortcut_origin = first_shortcut;
end endgenerate

nest_value #(.LEVELS(LEVELS), .W(W_ADDR), .MOVING(7'b111_1000)) out_u (
    .clk(clk), .start(start), .advance(tile_end), .moves(moves), .steps(steps),
    .origin(out_origin), .value(tile_out), .next(next_out),
    .step({group_filters, filters_on, out_down, out_right, {3*W_ADDR{1'b0}}})
);
nest_value #(.LEVELS(LEVELS), .W(W_ADDR), .MOVING(7'b111_1110)) shortcut_u (
    .clk(clk), .start(start), .advance(tile_end), .moves(moves), .steps(steps),
    .origin(shortcut_origin), .value(tile_shortcut), .next(next_shortcut),
    .step({group_filters, filters_on, shortcut_steps, {W_ADDR{1'b0}}})
);
nest_value #(.LEVELS(LEVELS), .W(W_ADDR), .MOVING(7'b110_0000)) filter_u (
    .clk(clk), .start(begin_fold), .advance(tile_end), .moves(moves), .steps(steps),
    .origin(fold_base), .step({group_filters, filters_on, {5*W_ADDR{1'b0}}}), .value(tile_filter), .next(next_filter)
);
nest_value #(.LEVELS(LEVELS), .W(W_SIDE), .MOVING(7'b001_0100)) y_u (
    .clk(clk), .start(start), .advance(tile_end), .moves(moves), .steps(steps),
    .origin(y_origin), .value(y), .next(next_y),
    .step({{2*W_SIDE{1'b0}}, window_down, {W_SIDE{1'b0}}, {{W_SIDE-1{1'b0}}, 1'b1}, {2*W_SIDE{1'b0}}})
);
nest_value #(.LEVELS(LEVELS), .W(W_SIDE), .MOVING(7'b000_1010)) x_u (
    .clk(clk), .start(start), .advance(tile_end), .moves(moves), .steps(steps),
    .origin(x_origin), .value(x), .next(next_x),
    .step({{3*W_SIDE{1'b0}}, window_right, {W_SIDE{1'b0}}, {{W_SIDE-1{1'b0}}, 1'b1}, {W_SIDE{1'b0}}})
);

// Rows above and columns left of the map are negative: large when unsigned.
assign outside     = y >= conv_height | x >= conv_width;
assign last_plane = ~steps[PLANE];
assign last_pixel = ~(steps[PLANE] | steps[WINDOW_COLUMN] | steps[WINDOW_ROW]);
assign layer_end  = tile_end & steps == {LEVELS{1'b0}};

always @(posedge clk) begin
    if (start | tile_end) begin
        first_plane <= start | last_plane;
        first_pixel <= start | last_pixel | (steps[PLANE] & first_pixel);
    end
end

wire unused_nest = &{1'b0, tile_out, tile_shortcut, next_filter, next_y, next_x};

// ---------------------------------------------------------------------------
// The column: down to the first filter of the tile's first pixel. Addresses begin
// with the last filter that a tile may have, and pass those that the last tile of
// a group lacks; where a tile has more than one pixel, it lacks none. A column
// that sums activations counts as one more filter, for which no address moves.

wire [W_COLS-1:0] filters = last_tile ? last_filters : tile_filters;
wire [W_COLS-1:0] columns = column_images ? images : last_tile ? last_columns : tile_columns;
wire              in_tile = sums_valid & sums_column < columns;
wire              moving  = sums_valid & sums_column < tile_columns & leave;

reg  [W_COLS-1:0] filter;
reg  [W_ADDR-1:0] shortcut_now, out_now;

wire [W_COLS-1:0] filter_top = sum_columns ? tile_filters : tile_filters - 1'b1;
wire              wrap       = filter == {W_COLS{1'b0}};
wire              moves_down = moving & ~(sum_columns & filter == tile_filters);

assign used          = in_tile & ~sum_of_x;
assign sum_of_x      = in_tile & sum_columns & filter == filters;
assign fold_addr     = tile_filter + {{W_ADDR-W_COLS{1'b0}}, filter};
assign shortcut_addr = shortcut_now;
assign out_addr      = out_now;

always @(posedge clk) begin
    if (moving)
        filter <= wrap ? filter_top : filter - 1'b1;
    // Less one, and less what lies between two pixels.
    if (moves_down) begin
        shortcut_now <= shortcut_now + ~(shortcut_wrap & {W_ADDR{wrap}});
        out_now      <= out_now + ~(out_wrap & {W_ADDR{wrap}});
    end
    if (start | tile_end) begin
        filter       <= filter_top;
        shortcut_now <= next_shortcut;
        out_now      <= next_out;
    end
end

endmodule

`default_nettype wire
