// SPDX-License-Identifier: Apache-2.0
// stationary_walker: where each sum belongs that leaves the array while weights
// are held: one pixel of LANES filters a clock, in the order of the feeder.
//
// Innermost the pixels of a fold: those of a pooling window, then the windows.
// Around them folds: channel blocks and kernel positions, planes, tiles of
// filters. Windows and tiles follow each other in memory, so that only the map
// that is added needs a nest of addresses. Where the outermost loop counts images,
// each has maps of its own, and the same folds. Outputs are of the sum that
// arrives in this clock.

`default_nettype none

module stationary_walker #(
    parameter W_COUNT = 16,
    parameter W_ADDR  = 24,
    parameter FIELDS  = 40
) (
    input  wire                 clk,
    input  wire                 start,         // a layer begins: its fields are there
    input  wire [32*FIELDS-1:0] fields,
    input  wire [W_COUNT-1:0]   last_image,    // of the batch

    input  wire                 sums_valid,

    output wire                 first_fold,    // of a plane
    output wire                 first_plane,
    output wire                 last_sum,      // the pixel's last: its fold is a plane's last, and the plane a layer's
    output wire                 first_pixel,   // of its pooling window
    output wire                 last_pixel,
    output wire                 outside,       // the pixel is not on the convolved map
    output wire [6:0]           lanes,         // filters of the tile
    output reg  [W_ADDR-1:0]    index,         // of the pixel in its fold
    output wire [W_ADDR-1:0]    fold_addr,
    output wire [W_ADDR-1:0]    shortcut_addr,
    output reg  [W_ADDR-1:0]    out_addr,
    output wire                 layer_end      // the layer's last sum
);

localparam PIXELS = 4;   // loops of a fold's pixels
localparam FOLDS  = 6;   // loops around them: channel block, kernel column and row, plane, tile of filters, group
localparam PLANE = 3, TILE = 4;
localparam EACH_IMAGE = 19, ALL_IMAGES = 20;   // bits of word 0

// ---------------------------------------------------------------------------
// Fields

wire each_image = fields[EACH_IMAGE];   // the outermost loop counts those of the batch; or a fold's does
wire all_images = fields[ALL_IMAGES];

wire [PIXELS*W_COUNT-1:0] pixel_limit = {
    all_images ? last_image : fields[32*1+7*W_COUNT +: W_COUNT], fields[32*1+4*W_COUNT +: (PIXELS-1)*W_COUNT]
};
wire [FOLDS*W_COUNT-1:0]  fold_limit  = {
    each_image ? last_image : fields[32*1+9*W_COUNT +: W_COUNT], fields[32*1+8*W_COUNT +: W_COUNT], fields[32*1 +: 4*W_COUNT]
};

wire [W_ADDR-1:0]  fold_base     = fields[32*20 +: W_ADDR];
wire [6:0]         tile_filters  = fields[32*23 +: 7];
wire [6:0]         last_filters  = fields[32*23+8 +: 7];
wire [W_COUNT-1:0] y_origin      = fields[32*24+16 +: W_COUNT];
wire [W_COUNT-1:0] x_origin      = fields[32*24 +: W_COUNT];
wire [W_COUNT-1:0] conv_height   = fields[32*25+16 +: W_COUNT];
wire [W_COUNT-1:0] conv_width    = fields[32*25 +: W_COUNT];
wire [W_COUNT-1:0] window_down   = fields[32*26+16 +: W_COUNT];
wire [W_COUNT-1:0] window_right  = fields[32*26 +: W_COUNT];
wire [W_ADDR-1:0]  out_base      = fields[32*27 +: W_ADDR];
wire [W_ADDR-1:0]  out_right     = fields[32*28 +: W_ADDR];
wire [W_ADDR-1:0]  out_image     = fields[32*32 +: W_ADDR];   // from an image's map to the next one's
wire [W_ADDR-1:0]  shortcut_image = fields[32*39 +: W_ADDR];
wire [W_ADDR-1:0]  shortcut_base = fields[32*33 +: W_ADDR];
wire [PIXELS*W_ADDR-1:0] shortcut_steps = {
    fields[32*37 +: W_ADDR], fields[32*36 +: W_ADDR], fields[32*35 +: W_ADDR], fields[32*34 +: W_ADDR]
};

wire unused = &{1'b0, fields};

// ---------------------------------------------------------------------------
// Folds

wire [PIXELS-1:0]  at_first, at_last, moves, steps;
wire [FOLDS-1:0]   fold_first, fold_last, fold_moves, fold_steps;

wire fold_end = &at_last;
wire tile_end = fold_end & &fold_last[PLANE:0];
wire image_end = tile_end & fold_last[TILE] & each_image;
reg  [W_ADDR-1:0] tile, tile_out;
reg  [W_ADDR-1:0] image_out, image_shortcut;   // of the image's first word
wire [W_ADDR-1:0] next_tile = image_end ? {W_ADDR{1'b0}} : tile + {{W_ADDR-1{1'b0}}, tile_end};
wire [W_ADDR-1:0] next_out  = image_end ? image_out + out_image : tile_out + {{W_ADDR-1{1'b0}}, tile_end};
wire [W_ADDR-1:0] next_image_shortcut = image_shortcut + (shortcut_image & {W_ADDR{image_end}});

nest_counter #(.LEVELS(FOLDS), .W_COUNT(W_COUNT)) folds_u (
    .clk       (clk),
    .start     (start),
    .advance   (sums_valid & fold_end),
    .limit     (fold_limit),
    .at_first  (fold_first),
    .at_last   (fold_last),
    .moves     (fold_moves),
    .steps     (fold_steps)
);

assign first_fold  = &fold_first[PLANE-1:0];
assign first_plane = fold_first[PLANE];
assign last_sum    = &fold_last[PLANE:0];
assign lanes       = fold_last[TILE] ? last_filters : tile_filters;
assign layer_end   = sums_valid & fold_end & &fold_last;
assign fold_addr   = fold_base + tile;

// ---------------------------------------------------------------------------
// Pixels

wire [W_COUNT-1:0] y, next_y, x, next_x;
wire [W_ADDR-1:0]  next_shortcut;

nest_counter #(.LEVELS(PIXELS), .W_COUNT(W_COUNT)) pixels_u (
    .clk       (clk),
    .start     (start),
    .advance   (sums_valid),
    .limit     (pixel_limit),
    .at_first  (at_first),
    .at_last   (at_last),
    .moves     (moves),
    .steps     (steps)
);

nest_value #(.LEVELS(PIXELS), .W(W_ADDR)) shortcut_u (
    .clk(clk), .start(start), .advance(sums_valid), .moves(moves), .steps(steps),
    .origin(start ? shortcut_base : next_image_shortcut + next_tile), .step(shortcut_steps), .value(shortcut_addr),
    .next(next_shortcut)
);
nest_value #(.LEVELS(PIXELS), .W(W_COUNT)) y_u (
    .clk(clk), .start(start), .advance(sums_valid), .moves(moves), .steps(steps),
    .origin(y_origin), .value(y), .next(next_y),
    .step({window_down, {W_COUNT{1'b0}}, {{W_COUNT-1{1'b0}}, 1'b1}, {W_COUNT{1'b0}}})
);
nest_value #(.LEVELS(PIXELS), .W(W_COUNT)) x_u (
    .clk(clk), .start(start), .advance(sums_valid), .moves(moves), .steps(steps),
    .origin(x_origin), .value(x), .next(next_x),
    .step({{W_COUNT{1'b0}}, window_right, {W_COUNT{1'b0}}, {{W_COUNT-1{1'b0}}, 1'b1}})
);

// Rows above and columns left of the map are negative: large when unsigned.
assign outside     = y >= conv_height | x >= conv_width;
assign first_pixel = &at_first[1:0];
assign last_pixel  = &at_last[1:0];

wire unused_nest = &{1'b0, at_first[PIXELS-1:2], fold_first[FOLDS-1:TILE], fold_moves, fold_steps,
    next_shortcut, next_y, next_x};

always @(posedge clk) begin
    if (sums_valid) begin
        index <= fold_end ? {W_ADDR{1'b0}} : index + 1'b1;
        tile  <= next_tile;
        tile_out <= fold_end ? next_out : tile_out;
        if (fold_end)
            out_addr <= next_out;
        else if (last_pixel)
            out_addr <= out_addr + out_right;
        if (image_end) begin
            image_out      <= next_out;
            image_shortcut <= next_image_shortcut;
        end
    end
    if (start) begin
        index          <= {W_ADDR{1'b0}};
        tile           <= {W_ADDR{1'b0}};
        tile_out       <= out_base;
        out_addr       <= out_base;
        image_out      <= out_base;
        image_shortcut <= shortcut_base;
    end
end

endmodule

`default_nettype wire
